import { equalJson } from '../api/equal-json.ts'
import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import type { Client } from '../client/client.ts'

/**
 * Replaces the status that was seen on `object`; nothing is sent when it is the same. Fails with Conflict when the
 * object has changed since it was read: the status was computed from what is no longer there.
 */
export async function writeStatus<T extends KubeObject & { status?: unknown }>(
  client: Client,
  kind: Kind<T>,
  object: DeepReadonly<T>,
  status: unknown,
): Promise<DeepReadonly<T>> {
  if (equalJson((object as { status?: unknown }).status, status)) return object
  return client.update(kind, { ...object, status } as DeepReadonly<T>, { subresource: 'status' })
}
