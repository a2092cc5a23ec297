import type { DeepReadonly, KubeObject, ManagedFieldsEntry } from '../object.ts'
import type { ReadonlyPlainObject } from '../plain-object.ts'
import type { ListSchema, Schema, StructSchema } from '../schema.ts'
import { compareFields, type FieldChanges, NO_CHANGES } from './compare-fields.ts'
import { EMPTY_SET, type FieldSet, fieldSet, isEmptySet, subtractSets, unionSets } from './field-set.ts'
import {
  formatManagers,
  isWriter,
  type Manager,
  managerOf,
  parseManagedFields,
  type Writer,
  withFields,
} from './managers.ts'
import { elementOfItem } from './path-element.ts'
import { memberSchema, shapeOf } from './schema-walk.ts'
import { type TrackedPart, trackedPart } from './tracked-part.ts'

/** All three objects in the version of `schema`; any of them may be frozen. */
export interface UpdateToTrack {
  /** What is stored; undefined on create. */
  readonly before: DeepReadonly<KubeObject> | undefined
  /** What is about to be stored: defaulted and prepared. Its `metadata.managedFields` is what the client asked for. */
  readonly after: DeepReadonly<KubeObject>
  /**
   * The object as the writer meant it: decoded or patched, *not yet defaulted*. Changes that it does not have (defaults,
   * what the server or admission fills in) get no owner. Left out: everything in `after` was meant.
   */
  readonly sent?: DeepReadonly<KubeObject> | undefined
  readonly schema: StructSchema
  readonly apiVersion: string
  readonly manager: string
  readonly subresource?: string | undefined
  /** RFC 3339, whole seconds. */
  readonly time: string
  readonly part?: TrackedPart
}

/**
 * The `metadata.managedFields` after a write that is no apply: the fields that changed belong to the writer and to nobody
 * else, fields that are gone to nobody. A write that changes nothing changes no entry. Entries in other versions of the
 * kind stay as they are.
 *
 * A client may edit the entries themselves: what it sent counts; `[{}]` clears them; none at all, or what cannot be read,
 * leaves the stored ones (so that clients that do not know the field never lose it).
 */
export function trackUpdate(update: UpdateToTrack): ManagedFieldsEntry[] {
  const { before, after, sent, schema, part = 'all' } = update
  const managers = managersOf(before, after)
  const oldPart = before === undefined ? {} : trackedPart(before, part)
  const changes = compareFields(oldPart, trackedPart(after, part), schema)
  if (changes === NO_CHANGES) return formatManagers(managers)
  const meant = sent === undefined ? changes.changed : presentFields(changes.changed, sent, schema)
  const writer: Writer = { ...update, operation: 'Update', subresource: update.subresource }
  return formatManagers(takeOver(managers, changes, meant, writer))
}

function managersOf(before: UpdateToTrack['before'], after: UpdateToTrack['after']): readonly Manager[] {
  const stored = before?.metadata.managedFields
  const asked = after.metadata.managedFields
  if (isReset(asked)) return []
  const entries = asked === undefined || asked === null || asked.length === 0 ? stored : asked
  return parseManagedFields(entries) ?? parseManagedFields(stored) ?? []
}

function isReset(entries: UpdateToTrack['after']['metadata']['managedFields']): boolean {
  return Array.isArray(entries) && entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0
}

function takeOver(managers: readonly Manager[], changes: FieldChanges, meant: FieldSet, writer: Writer): Manager[] {
  const left = managers.map(manager =>
    manager.entry.apiVersion === writer.apiVersion
      ? withFields(manager, subtractSets(subtractSets(manager.fields, changes.changed), changes.removed))
      : manager,
  )
  if (isEmptySet(meant)) return left
  const mine = left.find(manager => isWriter(manager, writer))
  return [...left.filter(manager => manager !== mine), managerOf(writer, unionSets(mine?.fields ?? EMPTY_SET, meant))]
}

/** Those of the fields that a value has. */
function presentFields(fields: FieldSet, value: unknown, schema: Schema): FieldSet {
  if (value === undefined || value === null) return EMPTY_SET
  if (fields.children.size === 0) return fields
  const shape = shapeOf(schema, value)
  const children = new Map<string, FieldSet>()
  const keep = (element: string, child: FieldSet, member: unknown, childSchema: Schema) => {
    const present = presentFields(child, member, childSchema)
    if (!isEmptySet(present)) children.set(element, present)
  }
  if (shape === 'list') {
    const list = schema as ListSchema
    for (const item of value as readonly unknown[]) {
      const element = elementOfItem(list, item)
      const child = fields.children.get(element)
      if (child !== undefined) keep(element, child, item, list.items)
    }
  } else if (shape === 'object') {
    for (const [element, child] of fields.children) {
      const name = element.slice(2)
      const member = Object.hasOwn(value, name) ? (value as ReadonlyPlainObject)[name] : undefined
      keep(element, child, member, memberSchema(schema, name))
    }
  }
  return fieldSet(fields.owned, children)
}
