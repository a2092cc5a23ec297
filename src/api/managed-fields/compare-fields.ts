import type { ReadonlyPlainObject } from '../plain-object.ts'
import type { ListSchema, Schema } from '../schema.ts'
import { EMPTY_SET, type FieldSet, fieldSet, isEmptySet, LEAF } from './field-set.ts'
import { fieldsWithin } from './owned-fields.ts'
import { elementOfItem } from './path-element.ts'
import { equalLeaves, memberSchema, shapeOf } from './schema-walk.ts'

export interface FieldChanges {
  /** Fields that are new or have another value. */
  readonly changed: FieldSet
  /** Fields that are gone. */
  readonly removed: FieldSet
}

export const NO_CHANGES: FieldChanges = { changed: EMPTY_SET, removed: EMPTY_SET }

/**
 * What a write did, as sets of fields. Undefined and null are both absent, except that null in place of a value is a
 * change (an applied null). The order of the items of a list with keys does not count.
 */
export function compareFields(before: unknown, after: unknown, schema: Schema): FieldChanges {
  if (before === after || (isAbsent(before) && isAbsent(after))) return NO_CHANGES
  if (isAbsent(before)) return { changed: fieldsWithin(after, schema), removed: EMPTY_SET }
  if (after === undefined) return { changed: EMPTY_SET, removed: fieldsWithin(before, schema) }
  const shape = shapeOf(schema, after)
  if (shape !== shapeOf(schema, before) || shape === 'leaf') {
    return equalLeaves(before, after, schema) ? NO_CHANGES : { changed: LEAF, removed: EMPTY_SET }
  }
  if (shape === 'list')
    return compareLists(before as readonly unknown[], after as readonly unknown[], schema as ListSchema)
  return compareObjects(before as ReadonlyPlainObject, after as ReadonlyPlainObject, schema)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

/** Gathers the changes of children; makes nothing while there are none. */
class ChangesBuilder {
  #changed: Map<string, FieldSet> | undefined
  #removed: Map<string, FieldSet> | undefined

  add(element: string, { changed, removed }: FieldChanges): void {
    if (!isEmptySet(changed)) {
      this.#changed ??= new Map()
      this.#changed.set(element, changed)
    }
    if (!isEmptySet(removed)) {
      this.#removed ??= new Map()
      this.#removed.set(element, removed)
    }
  }

  changes(): FieldChanges {
    if (this.#changed === undefined && this.#removed === undefined) return NO_CHANGES
    return {
      changed: this.#changed ? fieldSet(false, this.#changed) : EMPTY_SET,
      removed: this.#removed ? fieldSet(false, this.#removed) : EMPTY_SET,
    }
  }
}

function compareObjects(before: ReadonlyPlainObject, after: ReadonlyPlainObject, schema: Schema): FieldChanges {
  const builder = new ChangesBuilder()
  for (const name of Object.keys(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined
    if (old === after[name]) continue
    const changes = compareFields(old, after[name], memberSchema(schema, name))
    if (changes !== NO_CHANGES) builder.add(`f:${name}`, changes)
  }
  for (const name of Object.keys(before)) {
    if (Object.hasOwn(after, name)) continue
    builder.add(`f:${name}`, compareFields(before[name], undefined, memberSchema(schema, name)))
  }
  return builder.changes()
}

function compareLists(before: readonly unknown[], after: readonly unknown[], schema: ListSchema): FieldChanges {
  const builder = new ChangesBuilder()
  const oldItems = itemsByElement(before, schema)
  const newItems = itemsByElement(after, schema)
  for (const [element, items] of newItems) {
    const changes = compareItems(oldItems.get(element), items, schema)
    if (changes !== NO_CHANGES) builder.add(element, changes)
  }
  for (const [element, items] of oldItems) {
    if (!newItems.has(element)) builder.add(element, { changed: EMPTY_SET, removed: ownItem(items[0], schema) })
  }
  return builder.changes()
}

/** Valid lists have one item for each element; others are kept and compared as a whole. */
type Items = readonly unknown[]

function itemsByElement(list: readonly unknown[], schema: ListSchema): Map<string, Items> {
  const items = new Map<string, Items>()
  for (const item of list) {
    const element = elementOfItem(schema, item)
    const others = items.get(element)
    items.set(element, others === undefined ? [item] : [...others, item])
  }
  return items
}

function compareItems(before: Items | undefined, after: Items, schema: ListSchema): FieldChanges {
  if (before === undefined) return { changed: ownItem(after[0], schema), removed: EMPTY_SET }
  if (before.length === 1 && after.length === 1) return compareFields(before[0], after[0], schema.items)
  return equalLeaves(before, after, schema.items) ? NO_CHANGES : { changed: LEAF, removed: EMPTY_SET }
}

function ownItem(item: unknown, schema: ListSchema): FieldSet {
  return fieldSet(true, fieldsWithin(item, schema.items).children)
}
