import type { KindVersion } from './kind.ts'
import type { KubeObject } from './object.ts'
import type { PlainObject } from './plain-object.ts'
import { getOwn, setOwn } from './plain-object.ts'
import type { Schema, StructSchema } from './schema.ts'

/** Deeper values are refused by the decoder; what is deeper here is left as it is. */
const DEPTH_MAX = 128

/**
 * Sets what a draft in `version` leaves out: first the schema's own defaults, outside in (so that a defaulted struct
 * gets the defaults of its fields too), then the kind's. In place; twice is the same as once.
 */
export function applyDefaults(draft: KubeObject, version: KindVersion): void {
  if (hasDefaults(version.schema)) fillStruct(draft as unknown as PlainObject, version.schema, 0)
  version.setDefaults?.(draft)
}

function fill(value: unknown, schema: Schema, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX || !hasDefaults(schema)) return
  if (schema.type === 'list' && Array.isArray(value)) {
    for (const item of value) fill(item, schema.items, depth + 1)
  } else if (schema.type === 'map' && !Array.isArray(value)) {
    for (const member of Object.values(value)) fill(member, schema.values, depth + 1)
  } else if (schema.type === 'struct' && !Array.isArray(value)) fillStruct(value as PlainObject, schema, depth)
}

function fillStruct(object: PlainObject, schema: StructSchema, depth: number): void {
  for (const [name, field] of fieldsWithDefaults(schema)) {
    const value = getOwn(object, name)
    const missing = value === undefined || (value === null && !field.nullable)
    if (missing && field.default !== undefined) setOwn(object, name, structuredClone(field.default))
    fill(getOwn(object, name), field, depth + 1)
  }
}

const fieldLists = new WeakMap<ReadonlyMap<string, Schema>, readonly (readonly [string, Schema])[]>()

/** Only these need a look: most fields of built-in kinds have no default anywhere in them. */
function fieldsWithDefaults({ fields }: StructSchema): readonly (readonly [string, Schema])[] {
  let list = fieldLists.get(fields)
  if (list === undefined) {
    list = [...fields].filter(([, field]) => hasDefaults(field))
    fieldLists.set(fields, list)
  }
  return list
}

const known = new WeakMap<Schema, boolean>()

/** Whether a default stands anywhere in it. */
function hasDefaults(schema: Schema): boolean {
  let answer = known.get(schema)
  if (answer === undefined) {
    answer = reachesDefault(schema, new Set())
    known.set(schema, answer)
  }
  return answer
}

function reachesDefault(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  if (schema.default !== undefined) return true
  if (schema.type === 'struct') return [...schema.fields.values()].some(field => reachesDefault(field, seen))
  if (schema.type === 'list') return reachesDefault(schema.items, seen)
  return schema.type === 'map' && reachesDefault(schema.values, seen)
}
