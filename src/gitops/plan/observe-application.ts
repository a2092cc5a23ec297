import { isApiError } from '../../api/api-error.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { appliedFields } from '../apply/owned-fields.ts'
import { isPassing, keyOf, readLive } from '../apply/read-live.ts'
import { DEFAULT_YIELDED_FIELDS, yieldFields } from '../apply/yield-fields.ts'
import { SYNC_MANAGER } from '../engine/sync-identity.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { refKey } from '../object/object-ref.ts'
import type { RenderedObject } from '../render/rendered-application.ts'
import type { ObservedLeftover, ObservedObject, Trial } from './plan.ts'

/** What the cluster has of the objects Git names, and what applying each would answer. Throws on passing trouble. */
export async function observeObjects(
  client: Client,
  objects: readonly RenderedObject[],
): Promise<readonly ObservedObject[]> {
  const namespaces = new Map<string, boolean>()
  const observed: ObservedObject[] = []
  for (const rendered of objects) {
    const live = await readLive(client, rendered.kind, keyOf(rendered.ref))
    const { namespace } = rendered.ref
    const canTry = live !== undefined || namespace === undefined || (await hasNamespace(client, namespace, namespaces))
    observed.push({ rendered, live, trial: canTry ? await tryApply(client, rendered, live) : { type: 'skipped' } })
  }
  return observed
}

async function hasNamespace(client: Client, name: string, known: Map<string, boolean>): Promise<boolean> {
  const before = known.get(name)
  if (before !== undefined) return before
  const served = client.kinds.byKind('v1', 'Namespace')
  const live = served && (await readLive(client, served.kind, { name }))
  // One that is going takes in nothing new; what is planned is for the one that comes after it.
  const has = served === undefined || (live !== undefined && live.metadata.deletionTimestamp === undefined)
  known.set(name, has)
  return has
}

async function tryApply(
  client: Client,
  rendered: RenderedObject,
  live: DeepReadonly<KubeObject> | undefined,
): Promise<Trial> {
  const object = yieldFields(rendered.object, live, DEFAULT_YIELDED_FIELDS)
  const options = { fieldManager: SYNC_MANAGER, force: true, dryRun: true, fieldValidation: 'Strict' } as const
  try {
    return { type: 'applied', object: await client.apply(rendered.kind, object, options) }
  } catch (error) {
    if (isPassing(error) || !isApiError(error)) throw error
    return { type: 'refused', error }
  }
}

/** What the cluster has of the objects that are in the inventory and not in Git. */
export async function observeLeftovers(
  client: Client,
  inventory: readonly ObjectRef[],
  wanted: ReadonlySet<string>,
): Promise<readonly ObservedLeftover[]> {
  const leftovers: ObservedLeftover[] = []
  for (const ref of inventory) {
    if (wanted.has(refKey(ref))) continue
    const served = client.kinds.byKind(ref.apiVersion, ref.kind)
    // A kind that is not served any more took its objects with it.
    const live = served === undefined ? undefined : await readLive(client, served.kind, keyOf(ref))
    leftovers.push({ ref, live, ours: isOurs(live) })
  }
  return leftovers
}

/** An object without any field of its own has no manager either: nobody else can have made it what it is. */
function isOurs(live: DeepReadonly<KubeObject> | undefined): boolean {
  return (
    appliedFields(live) !== undefined ||
    (live?.metadata.managedFields ?? []).every(entry => entry.subresource !== undefined)
  )
}
