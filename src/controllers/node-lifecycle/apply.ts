import { Node } from '../../api/kinds/core/node.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, Json } from '../../api/object.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import type { ReconcileContext } from '../../control/controller.ts'
import { ignoreGone } from '../../control/ignore-gone.ts'
import { formatTime } from '../../lib/clock.ts'
import type { NodePlan, NodeView } from './plan.ts'
import { readyStatus } from './plan.ts'

type PodView = DeepReadonly<Pod>

/** Conditions first, taints from them second; returns the node as it then is. */
export async function applyNodePlan(node: NodeView, plan: NodePlan, context: ReconcileContext): Promise<NodeView> {
  const { client, recordEvent } = context
  let current = node
  if (plan.conditions !== undefined) {
    const status = { ...node.status, conditions: plan.conditions }
    current = await client.update(Node, { ...node, status } as NodeView, { subresource: 'status' })
    if (readyStatus(node.status?.conditions ?? []) === 'True')
      recordEvent(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`)
  }
  if (plan.taints === undefined) return current
  const { resourceVersion } = current.metadata
  const body = {
    metadata: { ...(resourceVersion && { resourceVersion }) },
    spec: { taints: (plan.taints.length === 0 ? null : plan.taints) as unknown as Json },
  }
  return client.patch(Node, objectKeyOf(node), { type: 'merge', body })
}

/** Nobody hears from them: they must not be sent requests, and do not count as available. */
export async function markPodsNotReady(pods: readonly PodView[], context: ReconcileContext): Promise<void> {
  const { client, clock, recordEvent } = context
  for (const pod of pods) {
    const conditions = pod.status?.conditions ?? []
    if (!conditions.some(each => each.type === 'Ready' && each.status === 'True')) continue
    const lastTransitionTime = formatTime(clock.now())
    const changed = conditions.map(each =>
      each.type === 'Ready' ? { ...each, status: 'False', reason: 'NodeNotReady', lastTransitionTime } : each,
    )
    await ignoreGone(() =>
      client.update(Pod, { ...pod, status: { ...pod.status, conditions: changed } } as PodView, {
        subresource: 'status',
      }),
    )
    recordEvent(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
  }
}

export async function evictPods(pods: readonly PodView[], context: ReconcileContext): Promise<void> {
  const { client, clock, recordEvent } = context
  for (const pod of pods) {
    const { namespace, name, uid } = pod.metadata
    recordEvent(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`)
    const reason = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: formatTime(clock.now()),
    }
    const body = { metadata: { ...(uid && { uid }) }, status: { conditions: [reason] } }
    await ignoreGone(() => client.patch(Pod, objectKeyOf(pod), { type: 'strategic', body }, { subresource: 'status' }))
    await ignoreGone(() => client.delete(Pod, objectKeyOf(pod), { ...(uid && { preconditions: { uid } }) }))
  }
}
