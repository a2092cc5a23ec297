import { apiError } from '../api-error.ts'
import type { Json } from '../object.ts'
import { isPlainObject, type PlainObject, type ReadonlyPlainObject, setOwn } from '../plain-object.ts'
import type { Schema, StructSchema } from '../schema.ts'
import { isListDirective, refuse } from './strategic-directive.ts'
import { type MergeItem, mergeKeyedList, mergeSet } from './strategic-list.ts'

/**
 * Strategic merge patch (API reference, "Update API Objects in Place Using kubectl patch"): a merge patch whose lists are
 * merged as the schema says (`patchStrategy`, `patchMergeKey`), with directives: `$patch: replace|delete|merge`,
 * `$retainKeys`, `$setElementOrder/<list>`, `$deleteFromPrimitiveList/<list>`. Null deletes. Shares what it does not
 * change; changes neither input. Throws BadRequest (400) for a directive that is unknown or used wrongly.
 */
export function applyStrategicPatch(current: Json, patch: Json, schema: StructSchema): Json {
  if (!isPlainObject(patch)) throw apiError('BadRequest', 'a strategic merge patch must be an object')
  return mergeObject(isPlainObject(current) ? current : {}, patch, schema, '') as Json
}

const SET_ORDER = '$setElementOrder/'
const DELETE_ITEMS = '$deleteFromPrimitiveList/'

/** `path` is for messages: `.spec.containers`. */
function mergeObject(
  original: ReadonlyPlainObject,
  patch: ReadonlyPlainObject,
  schema: Schema,
  path: string,
): ReadonlyPlainObject {
  const directive = Object.hasOwn(patch, '$patch') ? patch['$patch'] : undefined
  if (directive === 'delete') return {}
  if (directive === 'replace') return withoutDirectives(patch, schema, path) as ReadonlyPlainObject
  if (directive !== undefined && directive !== 'merge') {
    throw refuse(path, `$patch: ${JSON.stringify(directive)} is unknown: use replace, delete or merge`)
  }
  const result: PlainObject = { ...retained(original, patch, path) }
  for (const key of changedKeys(patch, schema, path)) mergeMember(result, patch, key, schema, path)
  return result
}

/** What `$retainKeys` leaves of the original. */
function retained(original: ReadonlyPlainObject, patch: ReadonlyPlainObject, path: string): ReadonlyPlainObject {
  if (!Object.hasOwn(patch, '$retainKeys')) return original
  const keys = patch['$retainKeys']
  if (!Array.isArray(keys) || keys.some(key => typeof key !== 'string')) {
    throw refuse(path, '$retainKeys must be a list of field names')
  }
  for (const key of Object.keys(patch)) {
    if (!key.startsWith('$') && patch[key] !== null && !keys.includes(key)) {
      throw refuse(path, `$retainKeys must name every field of the patch, and lacks ${key}`)
    }
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)))
}

/** Members that the patch speaks of, by name or by a directive for a list. */
function changedKeys(patch: ReadonlyPlainObject, schema: Schema, path: string): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const key of Object.keys(patch)) {
    if (key.startsWith(SET_ORDER)) keys.add(key.slice(SET_ORDER.length))
    else if (key.startsWith(DELETE_ITEMS)) keys.add(key.slice(DELETE_ITEMS.length))
    else if (!isDirective(key, schema)) keys.add(key)
    else if (key !== '$patch' && key !== '$retainKeys') throw refuse(path, `${key} is not a directive`)
  }
  return keys
}

/** Some fields start with a dollar too (`$ref` of a JSON schema). */
function isDirective(key: string, schema: Schema): boolean {
  return key.startsWith('$') && !(schema.type === 'struct' && schema.fields.has(key))
}

function mergeMember(result: PlainObject, patch: ReadonlyPlainObject, key: string, schema: Schema, path: string): void {
  const before = Object.hasOwn(result, key) ? result[key] : undefined
  const value = Object.hasOwn(patch, key) ? patch[key] : undefined
  const order = listDirective(patch, SET_ORDER + key, path)
  const deleted = listDirective(patch, DELETE_ITEMS + key, path)
  if (value === null) {
    delete result[key]
    return
  }
  const member = memberSchema(schema, key)
  const inside = `${path}.${key}`
  const merged =
    Array.isArray(value) || order !== undefined || deleted !== undefined
      ? mergeList(before, { items: value, order, deleted }, member, inside)
      : mergeValue(before, value, member, inside)
  if (merged !== undefined) setOwn(result, key, merged)
}

function listDirective(patch: ReadonlyPlainObject, key: string, path: string): readonly unknown[] | undefined {
  const value = Object.hasOwn(patch, key) ? patch[key] : undefined
  if (value === undefined || Array.isArray(value)) return value
  throw refuse(path, `${key} must be a list`)
}

function mergeValue(before: unknown, value: unknown, schema: Schema, path: string): unknown {
  if (!isPlainObject(value)) return value
  if (before === undefined && value['$patch'] === 'delete') return undefined
  const replaces = schema.type === 'struct' && schema.patchStrategy === 'replace'
  if (!isPlainObject(before) || replaces) return withoutDirectives(value, schema, path)
  return mergeObject(before, value, schema, path)
}

/** What a patch says of one list. */
interface ListPatch {
  readonly items: unknown
  /** `$setElementOrder`: how the items that it names follow one another. */
  readonly order: readonly unknown[] | undefined
  /** `$deleteFromPrimitiveList`. */
  readonly deleted: readonly unknown[] | undefined
}

function mergeList(before: unknown, patch: ListPatch, schema: Schema, path: string): unknown {
  const list = schema.type === 'list' ? schema : undefined
  const { items, order, deleted } = patch
  if (items !== undefined && !Array.isArray(items)) throw refuse(path, 'directives for a list, but the value is none')
  const original = Array.isArray(before) ? (before as readonly unknown[]) : undefined
  if (original === undefined && items === undefined) return undefined
  if (list?.patchStrategy !== 'merge') {
    const left = items === undefined ? original!.filter(item => !deleted?.includes(item)) : items
    return items === undefined ? left : withoutDirectives(left, schema, path)
  }
  if (list.patchMergeKey === undefined) return mergeSet(original ?? [], items ?? [], order, deleted)
  const mergeItem: MergeItem = (item, change, inside) =>
    item === undefined ? withoutDirectives(change, list.items, inside) : mergeObject(item, change, list.items, inside)
  return mergeKeyedList(original ?? [], items ?? [], order, list.patchMergeKey, mergeItem, path)
}

function memberSchema(schema: Schema, key: string): Schema {
  if (schema.type === 'struct') return schema.fields.get(key) ?? { type: 'any' }
  return schema.type === 'map' ? schema.values : { type: 'any' }
}

/** A patch as a value of its own: without directives, without what it deletes. */
function withoutDirectives(value: unknown, schema: Schema, path: string): unknown {
  if (Array.isArray(value)) {
    const items = schema.type === 'list' ? schema.items : ({ type: 'any' } as const)
    return value
      .filter(item => !(isPlainObject(item) && isListDirective(item)))
      .map((item, index) => withoutDirectives(item, items, `${path}[${index}]`))
  }
  if (!isPlainObject(value)) return value
  return value['$patch'] === 'delete' ? {} : mergeObject({}, withoutPatchDirective(value), schema, path)
}

function withoutPatchDirective(value: ReadonlyPlainObject): ReadonlyPlainObject {
  const { $patch: _, ...rest } = value
  return rest
}
