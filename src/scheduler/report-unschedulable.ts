import { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import { objectKeyOf } from '../client/object-key.ts'
import { formatTime } from '../lib/clock.ts'

/** Condition PodScheduled=False with the reason in words. Nothing is written when the pod says so already. */
export async function reportUnschedulable(
  client: Client,
  pod: DeepReadonly<Pod>,
  message: string,
  nowMs: number,
): Promise<void> {
  const known = pod.status?.conditions?.find(condition => condition.type === 'PodScheduled')
  if (known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message) return
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: known?.status === 'False' ? (known.lastTransitionTime ?? formatTime(nowMs)) : formatTime(nowMs),
  }
  const { uid } = pod.metadata
  const body = { ...(uid !== undefined && { metadata: { uid } }), status: { conditions: [condition] } }
  await client.patch(Pod, objectKeyOf(pod), { type: 'strategic', body }, { subresource: 'status' })
}
