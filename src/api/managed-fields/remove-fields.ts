import { type PlainObject, type ReadonlyPlainObject, setOwn } from '../plain-object.ts'
import type { ListSchema, Schema } from '../schema.ts'
import { EMPTY_SET, type FieldSet } from './field-set.ts'
import { elementOfItem } from './path-element.ts'
import { isNamedField, memberSchema, shapeOf } from './schema-walk.ts'

/**
 * The value without the fields that `last` (what a manager owned so far) has and `kept` (what all managers own now) has
 * not. A field of a struct goes with everything in it once nobody owns anything in it. Shares what did not change.
 */
export function removeFields(value: unknown, last: FieldSet, kept: FieldSet, schema: Schema): unknown {
  if (last === kept || last.children.size === 0) return value
  const shape = shapeOf(schema, value)
  if (shape === 'leaf') return value
  if (shape === 'list') return removeItems(value as readonly unknown[], last, kept, schema as ListSchema)
  return removeMembers(value as ReadonlyPlainObject, last, kept, schema)
}

function removeMembers(object: ReadonlyPlainObject, last: FieldSet, kept: FieldSet, schema: Schema): unknown {
  let result: PlainObject | undefined
  for (const [element, owned] of last.children) {
    const name = element.slice(2)
    if (!element.startsWith('f:') || !Object.hasOwn(object, name)) continue
    const named = isNamedField(schema, name)
    const keep = kept.children.get(element) ?? EMPTY_SET
    const rest = goes(owned, keep, named)
      ? undefined
      : removeFields(object[name], owned, keep, memberSchema(schema, name))
    if (rest === object[name]) continue
    result ??= { ...object }
    if (rest === undefined) delete result[name]
    else setOwn(result, name, rest)
  }
  return result ?? object
}

function removeItems(list: readonly unknown[], last: FieldSet, kept: FieldSet, schema: ListSchema): unknown {
  const result: unknown[] = []
  let changed = false
  for (const item of list) {
    const element = elementOfItem(schema, item)
    const owned = last.children.get(element) ?? EMPTY_SET
    const keep = kept.children.get(element) ?? EMPTY_SET
    const gone = goes(owned, keep, false)
    const rest = gone ? undefined : removeFields(item, owned, keep, schema.items)
    if (!gone) result.push(rest)
    changed ||= rest !== item
  }
  return changed ? result : list
}

/** A struct's field counts as owned as soon as anything in it is. */
function goes(last: FieldSet, kept: FieldSet, named: boolean): boolean {
  const owned = last.owned || (named && last.children.size > 0)
  return owned && !kept.owned && !(named && kept.children.size > 0)
}
