import { formatGroupVersion } from '../api/kind.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import { trackUpdate } from '../api/managed-fields/track-update.ts'
import type { TrackedPart } from '../api/managed-fields/tracked-part.ts'
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts'
import { formatTime } from '../lib/clock.ts'
import { copyJson } from './copy-json.ts'

/** A write that is no apply. All objects but `stored` are in the request's version. */
export interface OwnershipChange {
  readonly served: ServedKind
  readonly fieldManager: string
  readonly subresource: string | undefined
  readonly live: KubeObject | undefined
  /** What the writer meant: without defaults and without what admission adds. */
  readonly sent: KubeObject
  /** What is about to be stored, in storage version. */
  readonly stored: KubeObject
  readonly nowMs: number
}

/** Who owns which fields after the write. Defaults belong to nobody. */
export function ownFields(change: OwnershipChange): ManagedFieldsEntry[] {
  const { served, subresource, live, sent, stored, fieldManager, nowMs } = change
  const { version } = served
  const after = version.fromStorage?.(copyJson(stored)) ?? stored
  return trackUpdate({
    before: live,
    after: { ...after, metadata: { ...after.metadata, managedFields: sent.metadata.managedFields ?? [] } },
    sent,
    schema: version.schema,
    apiVersion: formatGroupVersion(version.group, version.version),
    manager: fieldManager,
    subresource,
    time: formatTime(nowMs),
    part: trackedPartOf(served, subresource),
  })
}

/** The object itself and its status are owned apart. */
export function trackedPartOf({ kind }: ServedKind, subresource: string | undefined): TrackedPart {
  if (subresource === 'status') return 'onlyStatus'
  return kind.subresources.status ? 'withoutStatus' : 'all'
}
