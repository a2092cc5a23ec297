import { isApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type { Client, GetOptions } from '../client/client.ts'

/** The object, or undefined when there is none. */
export async function getIfPresent<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  key: ObjectKey,
  options?: GetOptions,
): Promise<DeepReadonly<T> | undefined> {
  try {
    return await client.get(kind, key, options)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
