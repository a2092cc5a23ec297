import { isPlainObject, type ReadonlyPlainObject } from '../plain-object.ts'
import type { ListSchema, Schema } from '../schema.ts'
import { EMPTY_SET, type FieldSet, fieldSet, isEmptySet, LEAF } from './field-set.ts'
import { elementOfItem } from './path-element.ts'
import { isNamedField, memberSchema, shapeOf } from './schema-walk.ts'

/**
 * The fields that somebody who applies this value owns: its leaves (scalars, atomic lists and maps, what is empty), the
 * items of its lists, and the entries of its maps.
 */
export function ownedFields(value: unknown, schema: Schema): FieldSet {
  switch (shapeOf(schema, value)) {
    case 'object':
      return fieldSet(false, ownedMembers(value as ReadonlyPlainObject, schema))
    case 'list':
      return fieldSet(isEmptyList(value), itemSets(value as readonly unknown[], schema as ListSchema, ownedFields))
    case 'leaf':
      return LEAF
  }
}

function ownedMembers(object: ReadonlyPlainObject, schema: Schema): Map<string, FieldSet> {
  const children = new Map<string, FieldSet>()
  for (const name of Object.keys(object)) {
    const member = object[name]
    if (member === undefined) continue
    const set = ownedFields(member, memberSchema(schema, name))
    const whole = isEmptyObject(member) || !isNamedField(schema, name)
    const child = whole ? fieldSet(true, set.children) : set
    if (!isEmptySet(child)) children.set(`f:${name}`, child)
  }
  return children
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function isEmptyObject(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0
}

/** An item is always owned itself. */
function itemSets(
  list: readonly unknown[],
  schema: ListSchema,
  fieldsOf: (value: unknown, schema: Schema) => FieldSet,
): Map<string, FieldSet> {
  const children = new Map<string, FieldSet>()
  for (const item of list)
    children.set(elementOfItem(schema, item), fieldSet(true, fieldsOf(item, schema.items).children))
  return children
}

/** The fields that come to be when this value does, or go when it goes: as `ownedFields`, with lists and maps themselves. */
export function fieldsWithin(value: unknown, schema: Schema): FieldSet {
  switch (shapeOf(schema, value)) {
    case 'object': {
      const children = new Map<string, FieldSet>()
      for (const name of Object.keys(value as object)) {
        const member = (value as ReadonlyPlainObject)[name]
        if (member === undefined || member === null) continue
        children.set(`f:${name}`, fieldsWithin(member, memberSchema(schema, name)))
      }
      return fieldSet(schema.type !== 'struct' || children.size === 0, children)
    }
    case 'list':
      return fieldSet(true, itemSets(value as readonly unknown[], schema as ListSchema, fieldsWithin))
    case 'leaf':
      return value === null ? EMPTY_SET : LEAF
  }
}
