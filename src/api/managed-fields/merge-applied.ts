import { apiError } from '../api-error.ts'
import { type PlainObject, type ReadonlyPlainObject, setOwn } from '../plain-object.ts'
import type { ListSchema, Schema } from '../schema.ts'
import { elementOfItem, printElement } from './path-element.ts'
import { equalLeaves, memberSchema, shapeOf } from './schema-walk.ts'

/**
 * The live value with the applied one laid over it: objects field by field, lists with keys item by item, everything else
 * replaced. An applied null stays null (see `dropNulls`). Shares what did not change; changes neither input.
 * Throws BadRequest (400) when an applied list names one item twice.
 */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema, path = ''): unknown {
  if (applied === undefined) return live
  const shape = shapeOf(schema, applied)
  if (shape === 'list') {
    const items = Array.isArray(live) ? live : []
    const merged = mergeLists(items, applied as readonly unknown[], schema as ListSchema, path)
    const same = merged.length === items.length && merged.every((item, index) => item === items[index])
    return same && Array.isArray(live) ? live : merged
  }
  if (shape === 'leaf') return equalLeaves(live, applied, schema) ? live : applied
  const under = shapeOf(schema, live) === 'object' ? (live as ReadonlyPlainObject) : {}
  return mergeObjects(under, applied as ReadonlyPlainObject, schema, path)
}

function mergeObjects(live: ReadonlyPlainObject, applied: ReadonlyPlainObject, schema: Schema, path: string): unknown {
  let merged: PlainObject | undefined
  for (const name of Object.keys(applied)) {
    const old = Object.hasOwn(live, name) ? live[name] : undefined
    const value = mergeApplied(old, applied[name], memberSchema(schema, name), `${path}.${name}`)
    if (value === old) continue
    merged ??= { ...live }
    setOwn(merged, name, value)
  }
  return merged ?? live
}

/**
 * The applied order holds. Items that only the live list has keep their place before the item they stood before; new ones
 * come after the live ones that precede them.
 */
function mergeLists(
  live: readonly unknown[],
  applied: readonly unknown[],
  schema: ListSchema,
  path: string,
): unknown[] {
  const liveElements = live.map(item => elementOfItem(schema, item))
  const appliedElements = applied.map(item => elementOfItem(schema, item))
  const wanted = indexOnce(appliedElements, path)
  const liveItems = new Map<string, unknown>()
  for (const [index, element] of liveElements.entries()) {
    if (!liveItems.has(element)) liveItems.set(element, live[index])
  }
  const shared = appliedElements.filter(element => liveItems.has(element))
  const merged: unknown[] = []
  let at = 0
  let nextShared = 0
  const takeLiveOnly = () => {
    for (; at < live.length; at += 1) {
      const element = liveElements[at]!
      if (!wanted.has(element)) merged.push(live[at])
      else if (element === shared[nextShared]) return
    }
  }
  for (const [index, element] of appliedElements.entries()) {
    takeLiveOnly()
    const itemPath = path + printElement(element)
    merged.push(mergeApplied(liveItems.get(element), applied[index], schema.items, itemPath))
    if (element === shared[nextShared]) {
      nextShared += 1
      if (element === liveElements[at]) at += 1
    }
  }
  takeLiveOnly()
  return merged
}

function indexOnce(elements: readonly string[], path: string): ReadonlySet<string> {
  const seen = new Set<string>()
  for (const element of elements) {
    if (seen.has(element)) {
      throw apiError('BadRequest', `${path}: duplicate entries for key ${printElement(element)}: apply each item once`)
    }
    seen.add(element)
  }
  return seen
}

/** Without members that are null, where `applied` has them. */
export function dropNulls(merged: unknown, applied: unknown, schema: Schema): unknown {
  if (!holdsNull(applied)) return merged
  if (shapeOf(schema, applied) === 'list') {
    const list = schema as ListSchema
    const appliedItems = new Map((applied as unknown[]).map(item => [elementOfItem(list, item), item]))
    return (merged as unknown[]).map(item => dropNulls(item, appliedItems.get(elementOfItem(list, item)), list.items))
  }
  if (shapeOf(schema, applied) === 'leaf') return merged
  const result: PlainObject = {}
  for (const [name, value] of Object.entries(merged as ReadonlyPlainObject)) {
    const over = Object.hasOwn(applied as object, name) ? (applied as ReadonlyPlainObject)[name] : undefined
    if (over !== null) setOwn(result, name, dropNulls(value, over, memberSchema(schema, name)))
  }
  return result
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null
  return Object.values(value).some(holdsNull)
}
