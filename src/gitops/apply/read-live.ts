import { isApiError } from '../../api/api-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import type { ObjectRef } from '../object/object-ref.ts'

/** The object as it stands, or undefined when there is none. */
export async function readLive<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  key: ObjectKey,
): Promise<DeepReadonly<T> | undefined> {
  try {
    return await client.get(kind, key)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

export function keyOf(ref: ObjectRef): ObjectKey {
  return ref.namespace === undefined ? { name: ref.name } : { namespace: ref.namespace, name: ref.name }
}

/** True for trouble that another try may not have: the server's, or the moment's; not the manifest's. */
export function isPassing(error: unknown): boolean {
  if (!isApiError(error)) return true
  if (error.status.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating')) return true
  return error.code >= 500 || error.code === 429 || error.code === 409 || error.code === 410
}
