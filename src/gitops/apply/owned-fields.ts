import type { DeepReadonly, FieldsV1, KubeObject, ManagedFieldsEntry } from '../../api/object.ts'
import { SYNC_MANAGER } from '../engine/sync-identity.ts'

type Entry = DeepReadonly<ManagedFieldsEntry>

/** The fields that `pintle` applied to an object; undefined when it applied none. */
export function appliedFields(object: DeepReadonly<KubeObject> | undefined): DeepReadonly<FieldsV1> | undefined {
  return object?.metadata.managedFields?.find(isApplied)?.fieldsV1
}

function isApplied(entry: Entry): boolean {
  return entry.manager === SYNC_MANAGER && entry.operation === 'Apply' && entry.subresource === undefined
}

/** Whether the fields named by a path of member names belong to the entry's manager. */
export function ownsField(entry: Entry, path: readonly string[]): boolean {
  let fields: DeepReadonly<FieldsV1> | undefined = entry.fieldsV1
  for (const step of path) fields = fields?.[`f:${step}`]
  return fields !== undefined
}

/** Paths of the fields in `before` that are not in `after`, as people read them; at most `limit`. */
export function lostFields(
  before: DeepReadonly<FieldsV1> | undefined,
  after: DeepReadonly<FieldsV1> | undefined,
  limit = 20,
): readonly string[] {
  const lost: string[] = []
  collectLost(before ?? {}, after, '', lost, limit)
  return lost
}

function collectLost(
  before: DeepReadonly<FieldsV1>,
  after: DeepReadonly<FieldsV1> | undefined,
  path: string,
  lost: string[],
  limit: number,
): void {
  for (const [element, inner] of Object.entries(before)) {
    if (lost.length >= limit) return
    if (element === '.') continue
    const shown = `${path}${formatElement(element, path === '')}`
    const other = after !== undefined && Object.hasOwn(after, element) ? after[element] : undefined
    if (other === undefined) lost.push(shown)
    else collectLost(inner, other, shown, lost, limit)
  }
}

function formatElement(element: string, isFirst: boolean): string {
  const text = element.slice(2)
  if (element.startsWith('f:')) return isFirst ? text : `.${text}`
  if (element.startsWith('k:')) {
    const parsed: unknown = parseJson(text)
    const values = typeof parsed === 'object' && parsed !== null ? Object.values(parsed) : [text]
    return `[${values.join(',')}]`
  }
  return `[${text}]`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
