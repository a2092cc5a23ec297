import type { DeepReadonly, ManagedFieldsEntry } from '../object.ts'
import { EMPTY_SET, type FieldSet, isEmptySet, unionSets } from './field-set.ts'
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts'

export type ReadonlyEntry = DeepReadonly<ManagedFieldsEntry>

/** Somebody who owns fields: an entry of `metadata.managedFields`, its set parsed. */
export interface Manager {
  readonly entry: ReadonlyEntry
  readonly fields: FieldSet
}

/** Who writes, and when. */
export interface Writer {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  /** Version that the fields are named in. */
  readonly apiVersion: string
  readonly subresource: string | undefined
  /** RFC 3339, whole seconds. */
  readonly time: string
}

/** Managers with operation Update beyond this are merged into one, the oldest first. */
export const UPDATE_MANAGERS_MAX = 10
export const ANCIENT_MANAGER = 'ancient-changes'

/** Undefined when an entry cannot be read. */
export function parseManagedFields(entries: readonly ReadonlyEntry[] | undefined): readonly Manager[] | undefined {
  try {
    return (entries ?? []).map(entry => ({ entry, fields: fieldsOf(entry) }))
  } catch {
    return undefined
  }
}

/** Entries are immutable and outlive many writes of other managers. */
const parsed = new WeakMap<ReadonlyEntry, FieldSet>()

function fieldsOf(entry: ReadonlyEntry): FieldSet {
  let fields = parsed.get(entry)
  if (fields === undefined) {
    if (entry.fieldsType !== 'FieldsV1') throw new TypeError(`unknown fieldsType ${String(entry.fieldsType)}`)
    fields = parseFieldsV1(entry.fieldsV1)
    if (Object.isFrozen(entry)) parsed.set(entry, fields)
  }
  return fields
}

/** With other fields; the same value when they are the same. */
export function withFields(manager: Manager, fields: FieldSet): Manager {
  return fields === manager.fields ? manager : { entry: entryOf(manager.entry, fields), fields }
}

function entryOf(entry: ReadonlyEntry, fields: FieldSet): ManagedFieldsEntry {
  return { ...entry, fieldsV1: formatFieldsV1(fields) } as ManagedFieldsEntry
}

/** A new entry of the writer. */
export function managerOf(writer: Writer, fields: FieldSet): Manager {
  const { manager, operation, apiVersion, subresource, time } = writer
  const entry: ManagedFieldsEntry = {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: formatFieldsV1(fields),
    ...(subresource && { subresource }),
  }
  return { entry, fields }
}

/** The same manager: one who applies keeps its entry from version to version. */
export function isWriter({ entry }: Manager, writer: Writer): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    (entry.subresource ?? '') === (writer.subresource ?? '') &&
    (writer.operation === 'Apply' || entry.apiVersion === writer.apiVersion)
  )
}

/** All fields that somebody owns. */
export function allFields(managers: Iterable<Manager>): FieldSet {
  let all = EMPTY_SET
  for (const { fields } of managers) all = unionSets(all, fields)
  return all
}

/** As they are stored: nobody without fields, no more updaters than allowed, in a fixed order. */
export function formatManagers(managers: readonly Manager[]): ManagedFieldsEntry[] {
  const owning = managers.filter(({ fields }) => !isEmptySet(fields))
  return mergeOldest(owning)
    .map(({ entry }) => entry as ManagedFieldsEntry)
    .sort(compareEntries)
}

function mergeOldest(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers.filter(({ entry }) => entry.operation === 'Update')
  if (updaters.length <= UPDATE_MANAGERS_MAX) return managers
  let count = updaters.length
  const kept = new Set(managers)
  const ancients = new Map<string, Manager>()
  for (const old of updaters.sort((left, right) => compareEntries(left.entry, right.entry))) {
    if (count <= UPDATE_MANAGERS_MAX) break
    const bucket = old.entry.apiVersion
    const ancient = ancients.get(bucket)
    kept.delete(old)
    if (ancient !== undefined) {
      kept.delete(ancient)
      count -= 1
    }
    const merged = mergeInto(ancient, old)
    ancients.set(bucket, merged)
    kept.add(merged)
  }
  return [...kept]
}

/** The bucket has the time of the youngest in it and no subresource. */
function mergeInto(ancient: Manager | undefined, old: Manager): Manager {
  const { apiVersion, time } = old.entry
  const fields = unionSets(ancient?.fields ?? EMPTY_SET, old.fields)
  const writer = { manager: ANCIENT_MANAGER, operation: 'Update', apiVersion, subresource: undefined } as const
  return managerOf({ ...writer, time: time ?? '' }, fields)
}

function compareEntries(left: ReadonlyEntry, right: ReadonlyEntry): number {
  return (
    compareTexts(left.operation, right.operation) ||
    compareTexts(left.time ?? '', right.time ?? '') ||
    compareTexts(left.manager, right.manager) ||
    compareTexts(left.apiVersion, right.apiVersion) ||
    compareTexts(left.subresource ?? '', right.subresource ?? '')
  )
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}
