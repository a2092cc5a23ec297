import { apiError } from '../api-error.ts'
import type { DeepReadonly, KubeObject, ManagedFieldsEntry } from '../object.ts'
import type { PlainObject } from '../plain-object.ts'
import type { StructSchema } from '../schema.ts'
import type { ApplyConflict } from './apply-conflict.ts'
import { compareFields, type FieldChanges, NO_CHANGES } from './compare-fields.ts'
import {
  EMPTY_SET,
  equalSets,
  type FieldSet,
  fieldSetOf,
  intersectSets,
  isEmptySet,
  subtractSets,
  unionSets,
} from './field-set.ts'
import { withoutOwnLastApplied } from './last-applied.ts'
import {
  allFields,
  formatManagers,
  isWriter,
  type Manager,
  managerOf,
  parseManagedFields,
  withFields,
} from './managers.ts'
import { dropNulls, mergeApplied } from './merge-applied.ts'
import { ownedFields } from './owned-fields.ts'
import { removeFields } from './remove-fields.ts'
import { appliedPart, type TrackedPart, trackedPart } from './tracked-part.ts'

export interface ApplyRequest {
  /** What is stored, in the version of `schema`; undefined creates. May be frozen. */
  readonly live: DeepReadonly<KubeObject> | undefined
  /**
   * What the client sent, decoded and with canonical scalars, but without defaults: defaults would become the manager's.
   * `metadata.uid` and `metadata.resourceVersion` in it are preconditions, which the caller judges.
   */
  readonly applied: DeepReadonly<KubeObject>
  readonly schema: StructSchema
  readonly apiVersion: string
  readonly manager: string
  /** Take fields from their owners instead of failing. */
  readonly force: boolean
  readonly subresource?: string | undefined
  /** RFC 3339, whole seconds. */
  readonly time: string
  /** What this request may touch; the rest of `applied` is ignored. `all` when left out. */
  readonly part?: TrackedPart
}

export type ApplyResult =
  | {
      /** The live object with the applied fields: not defaulted yet, `metadata.managedFields` set. Shares with `live`. */
      readonly object: KubeObject
      readonly managedFields: ManagedFieldsEntry[]
      /** False: neither fields nor owners changed; `object` equals `live`, times included. */
      readonly changed: boolean
    }
  | { readonly conflicts: readonly ApplyConflict[] }

/**
 * Server-side apply: the manager's fields become exactly those of `applied`. A field that somebody else owns with
 * another value is a conflict unless forced; with the same value it is owned by both. Fields that this manager applied
 * before, does not apply now, and that nobody else owns are removed. Entries in other versions of the kind stay as they
 * are and protect their fields from removal. Throws BadRequest (400) for an `applied` that brings managed fields or names
 * one item of a list twice.
 */
export function applyServerSide(request: ApplyRequest): ApplyResult {
  const { live, applied, schema, part = 'all' } = request
  refuseManagedFields(applied)
  const writer = { ...request, operation: 'Apply', subresource: request.subresource } as const
  const managers = parseManagedFields(live?.metadata.managedFields) ?? []
  const mine = managers.find(manager => isWriter(manager, writer))
  const others = managers.filter(manager => manager !== mine)

  const desired = appliedPart(applied, part)
  const fields = ownedFields(trackedPart(applied, part), schema)
  const merged = mergeApplied(live, desired, schema)
  const kept = unionSets(unionSets(allFields(others), fields), METADATA)
  const pruned = removeFields(merged, mine?.fields ?? EMPTY_SET, kept, schema) as KubeObject

  const changes = changesOf(live, pruned, schema, part)
  const conflicts = withoutOwnLastApplied(conflictsOf(others, changes, request), live, { ...request, part })
  if (conflicts.length > 0 && !request.force) return { conflicts }
  if (live !== undefined && changes === NO_CHANGES && ownsTheSame(mine, fields, request)) {
    return { object: live as KubeObject, managedFields: entriesOf(live), changed: false }
  }
  const managedFields = formatManagers([
    ...others.map(other => withoutChanges(other, changes, request)),
    managerOf(writer, fields),
  ])
  const object = withManagedFields(dropNulls(pruned, desired, schema) as KubeObject, managedFields)
  return { object, managedFields, changed: true }
}

/** Stays, whoever owned what in it. */
const METADATA = fieldSetOf([['f:metadata']])

function refuseManagedFields(applied: DeepReadonly<KubeObject>): void {
  const entries = applied.metadata.managedFields
  if (entries !== undefined && entries !== null && entries.length > 0) {
    throw apiError('BadRequest', 'metadata.managedFields must be nil: leave it out of what you apply')
  }
}

function changesOf(
  live: ApplyRequest['live'],
  next: KubeObject,
  schema: StructSchema,
  part: TrackedPart,
): FieldChanges {
  if ((live as unknown) === next) return NO_CHANGES
  const before = live === undefined ? {} : trackedPart(live, part)
  return compareFields(before, trackedPart(next, part), schema)
}

function conflictsOf(
  others: readonly Manager[],
  { changed }: FieldChanges,
  { apiVersion }: ApplyRequest,
): ApplyConflict[] {
  if (isEmptySet(changed)) return []
  return others
    .filter(({ entry }) => entry.apiVersion === apiVersion)
    .map(({ entry, fields }) => ({ owner: entry, fields: intersectSets(fields, changed) }))
    .filter(conflict => !isEmptySet(conflict.fields))
}

function withoutChanges(manager: Manager, { changed, removed }: FieldChanges, { apiVersion }: ApplyRequest): Manager {
  if (manager.entry.apiVersion !== apiVersion) return manager
  return withFields(manager, subtractSets(subtractSets(manager.fields, changed), removed))
}

/** Who owns nothing has no entry. */
function ownsTheSame(mine: Manager | undefined, fields: FieldSet, { apiVersion }: ApplyRequest): boolean {
  if (mine === undefined) return isEmptySet(fields)
  return mine.entry.apiVersion === apiVersion && equalSets(mine.fields, fields)
}

function entriesOf(live: DeepReadonly<KubeObject>): ManagedFieldsEntry[] {
  return [...(live.metadata.managedFields ?? [])] as ManagedFieldsEntry[]
}

function withManagedFields(object: KubeObject, managedFields: ManagedFieldsEntry[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as unknown as PlainObject
  return { ...object, metadata: { ...metadata, managedFields } as unknown as KubeObject['metadata'] }
}
