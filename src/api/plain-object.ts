/**
 * JSON objects as data: a member named `__proto__` or `constructor` is a member like any other. Reading through
 * `getOwn` never sees what JavaScript's own objects inherit; writing through `setOwn` never changes a prototype.
 */
export type PlainObject = { [key: string]: unknown }
export type ReadonlyPlainObject = { readonly [key: string]: unknown }

export function isPlainObject(value: unknown): value is ReadonlyPlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function getOwn(object: ReadonlyPlainObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function setOwn(object: PlainObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Equal as JSON: the order of keys does not matter, members that are undefined do not exist. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => equalJson(item, right[i]))
  }
  return isPlainObject(left) && isPlainObject(right) && equalMembers(left, right)
}

function equalMembers(left: ReadonlyPlainObject, right: ReadonlyPlainObject): boolean {
  let count = 0
  for (const key in left) {
    const member = left[key]
    if (member === undefined) continue
    count += 1
    if (!Object.hasOwn(right, key) || !equalJson(member, right[key])) return false
  }
  for (const key in right) if (right[key] !== undefined) count -= 1
  return count === 0
}
