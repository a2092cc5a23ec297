import { equalJson } from '../equal-json.ts'
import { isPlainObject } from '../plain-object.ts'
import { canonicalQuantity } from '../scalars/quantity.ts'
import type { Schema } from '../schema.ts'

const ANY: Schema = { type: 'any' }

/** How ownership goes into a value: field by field, item by item, or not at all. */
export type Shape = 'object' | 'list' | 'leaf'

/** What the schema does not describe is granular where it is an object and atomic where it is a list. */
export function shapeOf(schema: Schema, value: unknown): Shape {
  if (Array.isArray(value)) return schema.type === 'list' && schema.listType !== 'atomic' ? 'list' : 'leaf'
  if (!isPlainObject(value)) return 'leaf'
  if (schema.type === 'struct' || schema.type === 'map') return schema.atomic ? 'leaf' : 'object'
  return schema.type === 'any' ? 'object' : 'leaf'
}

/** Of a member of an object. */
export function memberSchema(schema: Schema, name: string): Schema {
  if (schema.type === 'struct') return schema.fields.get(name) ?? ANY
  return schema.type === 'map' ? schema.values : ANY
}

/** The member is named by the schema (as opposed to a key of a map). */
export function isNamedField(schema: Schema, name: string): boolean {
  return schema.type === 'struct' && schema.fields.has(name)
}

/** Equal as values of the schema: `1Gi` is `1024Mi`. */
export function equalLeaves(left: unknown, right: unknown, schema: Schema): boolean {
  if (left === right || equalJson(left, right)) return true
  return schema.type === 'quantity' && sameQuantity(left, right)
}

function sameQuantity(left: unknown, right: unknown): boolean {
  try {
    return canonicalQuantity(left as string) === canonicalQuantity(right as string)
  } catch {
    return false
  }
}
