import { isApiError } from '../../../src/api/api-error.ts'
import { equalJson } from '../../../src/api/equal-json.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { PodContext } from './pod-context.ts'
import { podStatus } from './pod-status.ts'
import type { PodView } from './pod-view.ts'

const TRIES_MAX = 5

/**
 * Writes the pod's status if it says something new; computes it again on the newest object when that changed meanwhile.
 * Resolves with the object as written; undefined when there was nothing to write, or nothing to write it to.
 */
export async function writePodStatus(
  view: PodView,
  { client, place, driver }: Pick<PodContext, 'client' | 'place' | 'driver'>,
): Promise<DeepReadonly<Pod> | undefined> {
  let pod = view.pod
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const status = podStatus({ ...view, pod }, { hostIp: place.hostIp, scheme: driver.name })
    if (equalJson(status, pod.status ?? {})) return undefined
    try {
      return await client.update(Pod, { ...pod, status } as DeepReadonly<Pod>, { subresource: 'status' })
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined
      if (!isApiError(error, 'Conflict')) throw error
    }
    const newest = await readNewest(pod, client)
    if (newest === undefined) return undefined
    pod = newest
  }
  throw new Error('the status changes faster than it can be written')
}

/** Undefined when it is gone, or another pod has its name by now. */
async function readNewest(
  pod: DeepReadonly<Pod>,
  client: PodContext['client'],
): Promise<DeepReadonly<Pod> | undefined> {
  const { namespace, name, uid } = pod.metadata
  const key = { name, ...(namespace !== undefined && { namespace }) }
  try {
    const newest = await client.get(Pod, key, { consistency: 'latest' })
    return newest.metadata.uid === uid ? newest : undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
