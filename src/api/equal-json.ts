/** Equal as JSON: the order of keys does not matter, members that are undefined do not exist. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalJson(item, right[index]))
    )
  }
  return equalMembers(left as Members, right as Members)
}

type Members = Readonly<Record<string, unknown>>

function equalMembers(left: Members, right: Members): boolean {
  const leftKeys = definedKeys(left)
  return (
    leftKeys.length === definedKeys(right).length &&
    leftKeys.every(key => Object.hasOwn(right, key) && equalJson(left[key], right[key]))
  )
}

function definedKeys(object: Members): string[] {
  return Object.keys(object).filter(key => object[key] !== undefined)
}
