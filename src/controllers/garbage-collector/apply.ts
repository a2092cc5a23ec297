import type { DeepReadonly, Json, KubeObject, OwnerReference } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { ignoreGone } from '../../control/ignore-gone.ts'
import type { GraphObject } from './owner-graph.ts'
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from './owner-graph.ts'
import type { CollectionPlan } from './plan.ts'

/** Dependents let go of at once. */
const ORPHANS_AT_ONCE = 16

/**
 * Carries a plan out on the object as it was read (`live`): every write names its uid and resource version, so that
 * what has changed meanwhile is looked at again instead.
 */
export async function applyCollectionPlan(
  client: Client,
  object: GraphObject,
  live: DeepReadonly<KubeObject>,
  plan: CollectionPlan,
  dependents: readonly GraphObject[],
): Promise<void> {
  switch (plan.type) {
    case 'nothing':
      return
    case 'forget-owners':
      return replaceOwners(client, object, live, ownersWithout(live, plan.uids))
    case 'release':
      return removeFinalizer(client, object, live, FOREGROUND_FINALIZER)
    case 'orphan-dependents':
      await orphan(client, object, dependents)
      return removeFinalizer(client, object, live, ORPHAN_FINALIZER)
    case 'delete':
      return plan.unblockOwners
        ? unblockAndDelete(client, object, live)
        : deleteObject(client, object, live, plan.propagation)
  }
}

async function deleteObject(
  client: Client,
  { kind, key }: GraphObject,
  live: DeepReadonly<KubeObject>,
  propagation: 'Background' | 'Foreground' | 'Orphan',
): Promise<void> {
  await ignoreGone(() => client.delete(kind, key, { propagation, preconditions: versionOf(live) }))
}

async function unblockAndDelete(client: Client, object: GraphObject, live: DeepReadonly<KubeObject>): Promise<void> {
  const references = (live.metadata.ownerReferences ?? []).map(each => ({ ...each, blockOwnerDeletion: false }))
  await replaceOwners(client, object, live, references)
  const fresh = await getIfPresent(client, object.kind, object.key)
  if (fresh?.metadata.uid === object.uid) await deleteObject(client, object, fresh, 'Foreground')
}

async function orphan(client: Client, owner: GraphObject, dependents: readonly GraphObject[]): Promise<void> {
  for (let start = 0; start < dependents.length; start += ORPHANS_AT_ONCE)
    await Promise.all(
      dependents.slice(start, start + ORPHANS_AT_ONCE).map(async dependent => {
        const live = await getIfPresent(client, dependent.kind, dependent.key)
        if (live === undefined || live.metadata.uid !== dependent.uid) return
        await replaceOwners(client, dependent, live, ownersWithout(live, [owner.uid]))
      }),
    )
}

function ownersWithout(
  live: DeepReadonly<KubeObject>,
  uids: readonly string[],
): readonly DeepReadonly<OwnerReference>[] {
  return (live.metadata.ownerReferences ?? []).filter(each => !uids.includes(each.uid))
}

async function replaceOwners(
  client: Client,
  object: GraphObject,
  live: DeepReadonly<KubeObject>,
  references: readonly DeepReadonly<OwnerReference>[],
): Promise<void> {
  const ownerReferences = (references.length === 0 ? null : references) as unknown as Json
  await patchMetadata(client, object, { ...versionOf(live), ownerReferences })
}

async function removeFinalizer(
  client: Client,
  object: GraphObject,
  live: DeepReadonly<KubeObject>,
  finalizer: string,
): Promise<void> {
  const left = (live.metadata.finalizers ?? []).filter(each => each !== finalizer)
  await patchMetadata(client, object, { ...versionOf(live), finalizers: left.length === 0 ? null : left })
}

async function patchMetadata(client: Client, { kind, key }: GraphObject, metadata: { [field: string]: Json }) {
  await ignoreGone(() => client.patch(kind, key, { type: 'merge', body: { metadata } }))
}

function versionOf({ metadata }: DeepReadonly<KubeObject>): { uid: string; resourceVersion: string } {
  return { uid: metadata.uid ?? '', resourceVersion: metadata.resourceVersion ?? '' }
}
