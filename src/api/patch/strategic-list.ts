import { isPlainObject, type ReadonlyPlainObject } from '../plain-object.ts'
import { inOrder } from './list-order.ts'
import { isListDirective, refuse } from './strategic-directive.ts'

/** Scalars: those of the patch join the original ones; then the deleted ones go. */
export function mergeSet(
  original: readonly unknown[],
  items: readonly unknown[],
  order: readonly unknown[] | undefined,
  deleted: readonly unknown[] | undefined,
): unknown[] {
  const gone = new Set(deleted)
  const merged = [...new Set([...original, ...items])]
  return inOrder(merged, original, order ?? items, item => item).filter(item => !gone.has(item))
}

/** Merges a change into an item; without an item it makes a new one. */
export type MergeItem = (item: ReadonlyPlainObject | undefined, change: ReadonlyPlainObject, path: string) => unknown

/** Objects found by the merge key `key`. */
export function mergeKeyedList(
  original: readonly unknown[],
  items: readonly unknown[],
  order: readonly unknown[] | undefined,
  key: string,
  mergeItem: MergeItem,
  path: string,
): unknown[] {
  const keyOf = (item: unknown) => (isPlainObject(item) && Object.hasOwn(item, key) ? item[key] : undefined)
  const { changes, deleted, replaces } = readItems(items, key, path)
  if (replaces) return changes.map(item => mergeItem(undefined, item, path))

  const merged = original.filter(item => !deleted.has(keyOf(item)))
  const positions = new Map<unknown, number>()
  for (const [index, item] of merged.entries()) if (!positions.has(keyOf(item))) positions.set(keyOf(item), index)
  for (const change of changes) {
    const position = positions.get(change[key])
    const inside = `${path}[${key}=${JSON.stringify(change[key])}]`
    const item = position === undefined ? undefined : (merged[position] as ReadonlyPlainObject)
    const at = position ?? merged.length
    merged[at] = mergeItem(item, change, inside)
    positions.set(change[key], at)
  }
  const wanted = order === undefined ? changes.map(change => change[key]) : orderKeys(order, changes, key, path)
  return inOrder(merged, original.map(keyOf), wanted, keyOf)
}

interface ReadItems {
  readonly changes: readonly ReadonlyPlainObject[]
  /** Merge keys of the items to delete. */
  readonly deleted: ReadonlySet<unknown>
  /** The changes are the whole list. */
  readonly replaces: boolean
}

function readItems(items: readonly unknown[], key: string, path: string): ReadItems {
  const changes: ReadonlyPlainObject[] = []
  const deleted = new Set<unknown>()
  let replaces = false
  for (const [index, item] of items.entries()) {
    if (!isPlainObject(item)) throw refuse(`${path}[${index}]`, `must be an object with the merge key ${key}`)
    const directive = isListDirective(item) ? item['$patch'] : undefined
    if (directive !== undefined && directive !== 'delete' && directive !== 'replace') {
      throw refuse(`${path}[${index}]`, `$patch: ${JSON.stringify(directive)} is unknown: use replace, delete or merge`)
    }
    if (directive === 'replace') {
      replaces = true
      continue
    }
    if (!Object.hasOwn(item, key)) throw refuse(`${path}[${index}]`, `lacks the merge key ${key}`)
    if (directive === 'delete') deleted.add(item[key])
    else changes.push(item)
  }
  return { changes, deleted, replaces }
}

/** Keys that `$setElementOrder` names. It must name every changed item, in the order of the patch. */
function orderKeys(
  order: readonly unknown[],
  changes: readonly ReadonlyPlainObject[],
  key: string,
  path: string,
): readonly unknown[] {
  const keys = order.map(item => (isPlainObject(item) ? item[key] : undefined))
  let next = 0
  for (const change of changes) {
    const found = keys.indexOf(change[key], next)
    if (found < 0) {
      const shown = JSON.stringify(change[key])
      throw refuse(path, `the item with ${key} ${shown} is not where $setElementOrder says: name each item, in order`)
    }
    next = found + 1
  }
  return keys
}
