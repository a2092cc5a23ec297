import { isApiError } from '../api/api-error.ts'
import { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client, NewObject } from '../client/client.ts'
import { objectKeyOf } from '../client/object-key.ts'

/** Assigns the pod to the node; refused with Conflict when it has one, or is another pod of that name. */
export async function bindPod(client: Client, pod: DeepReadonly<Pod>, nodeName: string): Promise<void> {
  const { namespace, name, uid } = pod.metadata
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { ...(namespace !== undefined && { namespace }), name, ...(uid !== undefined && { uid }) },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  }
  await client.create(Pod, binding as unknown as NewObject<Pod>, { subresource: 'binding' })
}

/** A lost answer is no refusal: looks whether the bind that ended with `error` took place after all. */
export async function wasBound(client: Client, pod: DeepReadonly<Pod>, error: unknown): Promise<boolean> {
  if (isApiError(error) && error.code < 500) return false
  try {
    const current = await client.get(Pod, objectKeyOf(pod), { consistency: 'latest' })
    return current.metadata.uid === pod.metadata.uid && !!current.spec?.nodeName
  } catch {
    return false
  }
}
