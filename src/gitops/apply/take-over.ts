import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, FieldsV1, Json, KubeObject, ManagedFieldsEntry } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { SYNC_MANAGER } from '../engine/sync-identity.ts'
import { appliedFields } from './owned-fields.ts'

/** Tools that applied whole manifests before Pintle did; what they own is Git's from now on. People's edits are not. */
const TAKEN_OVER =
  /^(kubectl-client-side-apply|kubectl-create|kubectl-replace|kubectl-run|kubectl|helm|argocd-controller|argocd|kustomize-controller|flux|before-first-apply)$/

/**
 * Before the first apply to an object that another tool manages: its fields become Pintle's, so that a field which Git
 * does not name goes away with the apply. Only ownership changes; no pod restarts. Resolves with the object as it then
 * stands.
 */
export async function takeOver(
  client: Client,
  kind: Kind,
  live: DeepReadonly<KubeObject> | undefined,
): Promise<DeepReadonly<KubeObject> | undefined> {
  if (live === undefined || appliedFields(live) !== undefined) return live
  const entries = mergeOwners(live.metadata.managedFields ?? [])
  if (entries === undefined) return live
  const { namespace, name, resourceVersion } = live.metadata
  const body: Json[] = [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion ?? '' },
    { op: 'replace', path: '/metadata/managedFields', value: entries as unknown as Json },
  ]
  const key = namespace === undefined ? { name } : { namespace, name }
  return client.patch(kind, key, { type: 'json', body }, { fieldManager: SYNC_MANAGER })
}

/** The tools whose fields a first apply takes over, e.g. `helm`; undefined when there are none. Pure. */
export function takenOverFrom(live: DeepReadonly<KubeObject>): string | undefined {
  if (appliedFields(live) !== undefined) return undefined
  const managers = (live.metadata.managedFields ?? []).filter(isTakenOver).map(({ manager }) => manager)
  return managers.length === 0 ? undefined : [...new Set(managers)].join(', ')
}

function isTakenOver({ manager, subresource }: DeepReadonly<ManagedFieldsEntry>): boolean {
  return TAKEN_OVER.test(manager) && subresource === undefined
}

/** One `pintle` entry in place of the other tools'; undefined when there is none of theirs. Pure. */
function mergeOwners(entries: readonly DeepReadonly<ManagedFieldsEntry>[]): ManagedFieldsEntry[] | undefined {
  const taken = entries.filter(isTakenOver)
  const [first] = taken
  if (first === undefined) return undefined
  const fieldsV1 = taken.reduce<FieldsV1>((merged, entry) => unionFields(merged, entry.fieldsV1), {})
  const { time, ...rest } = first
  const own: ManagedFieldsEntry = {
    ...rest,
    manager: SYNC_MANAGER,
    operation: 'Apply',
    fieldsV1,
    ...(time !== undefined && { time }),
  }
  const others = entries.filter(entry => !taken.includes(entry)) as ManagedFieldsEntry[]
  return [own, ...others]
}

function unionFields(a: DeepReadonly<FieldsV1>, b: DeepReadonly<FieldsV1>): FieldsV1 {
  const entries = [...new Set([...Object.keys(a), ...Object.keys(b)])].map(
    key => [key, unionFields(a[key] ?? {}, b[key] ?? {})] as const,
  )
  return Object.fromEntries(entries)
}
