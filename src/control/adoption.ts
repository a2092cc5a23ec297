import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, Json, KubeObject } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import { objectKeyOf } from '../client/object-key.ts'
import { ignoreGone } from './ignore-gone.ts'
import { controllerReference } from './owner.ts'

/**
 * Makes `owner` the managing owner of an orphan. The owner is read from the server first: one that is being deleted,
 * or has been replaced under the same name, must not adopt.
 */
export async function adoptObject<T extends KubeObject, O extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  object: DeepReadonly<T>,
  ownerKind: Kind<O>,
  owner: DeepReadonly<O>,
): Promise<void> {
  const fresh = await client.get(ownerKind, objectKeyOf(owner), { consistency: 'latest' })
  if (fresh.metadata.uid !== owner.metadata.uid || fresh.metadata.deletionTimestamp !== undefined) return
  const references = [
    ...(object.metadata.ownerReferences ?? []),
    controllerReference(ownerKind as unknown as Kind<never>, owner),
  ]
  await replaceOwners(client, kind, object, references as unknown as Json)
}

/** Takes `owner` off an object that it no longer selects. */
export async function releaseObject<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  object: DeepReadonly<T>,
  owner: DeepReadonly<KubeObject>,
): Promise<void> {
  const references = (object.metadata.ownerReferences ?? []).filter(each => each.uid !== owner.metadata.uid)
  await replaceOwners(client, kind, object, (references.length === 0 ? null : references) as unknown as Json)
}

/** The resource version keeps it from overwriting what somebody else decided meanwhile. */
async function replaceOwners<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  object: DeepReadonly<T>,
  ownerReferences: Json,
): Promise<void> {
  const { uid, resourceVersion } = object.metadata
  const metadata = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }), ownerReferences }
  await ignoreGone(() => client.patch(kind, objectKeyOf(object), { type: 'merge', body: { metadata } }))
}
