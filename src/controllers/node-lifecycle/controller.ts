import { Lease } from '../../api/kinds/coordination/lease.ts'
import { Node } from '../../api/kinds/core/node.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import type { Controller } from '../../control/controller.ts'
import { defineController, settled, wakeAt } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { applyNodePlan, evictPods, markPodsNotReady } from './apply.ts'
import { planEvictions } from './evictions.ts'
import { Heartbeats } from './heartbeats.ts'
import type { NodeView } from './plan.ts'
import { graceMs, planNode, readyStatus } from './plan.ts'

const LEASE_NAMESPACE = 'kube-node-lease'
/** How often a node is looked at: renewals of its lease are kept in memory and told to nobody. */
const LOOK_MS = 5_000

/**
 * Notices nodes that fall silent: says so in their conditions, taints them, marks their pods not ready, and after their
 * patience deletes the pods that such taints drive away. Writes: conditions and taints of nodes, pods' Ready condition.
 */
export function nodeLifecycleController(): Controller {
  const heartbeats = new Heartbeats()
  return defineController({
    name: 'node-lifecycle-controller',
    kind: Node,
    watches: [{ kind: Pod, keys: taintedNodeKeys }],
    concurrency: 4,
    async reconcile({ name }, context) {
      const { client, clock } = context
      const node = await getIfPresent(client, Node, { name })
      const { items: nodes } = await client.list(Node)
      if (node === undefined) {
        heartbeats.retain(nodes)
        return settled
      }
      const lease = await getIfPresent(client, Lease, { namespace: LEASE_NAMESPACE, name })
      const { silentForMs, watchedForMs } = heartbeats.observe(node, lease, clock.monotonic())
      const current = await applyNodePlan(node, planNode(node, silentForMs, clock.now()), context)
      const pods = needsPods(current) ? await podsOn(name, client) : []
      if (isLost(current)) await markPodsNotReady(pods, context)
      const isWholeClusterDown = nodes.every(each => readyStatus(each.status?.conditions ?? []) !== 'True')
      const watchedSinceMs = clock.now() - watchedForMs
      const plan = planEvictions({ node: current, pods, watchedSinceMs, isWholeClusterDown }, clock.now())
      await evictPods(plan.evict, context)
      const leftMs = graceMs(current) - silentForMs
      const lookAgainMs = clock.now() + (leftMs > 0 ? Math.min(LOOK_MS, Math.max(1, leftMs)) : LOOK_MS)
      return wakeAt(Math.min(plan.nextAtMs ?? lookAgainMs, lookAgainMs))
    },
  })
}

function needsPods(node: NodeView): boolean {
  return isLost(node) || hasEvictingTaint(node)
}

/** It has been heard of before and is not any more; one that has not spoken yet is not lost. */
function isLost(node: NodeView): boolean {
  return node.status?.conditions?.some(each => each.type === 'Ready' && each.status === 'Unknown') ?? false
}

function hasEvictingTaint(node: NodeView): boolean {
  return node.spec?.taints?.some(taint => taint.effect === 'NoExecute') ?? false
}

async function podsOn(nodeName: string, client: Client): Promise<readonly DeepReadonly<Pod>[]> {
  return (await client.list(Pod, { fieldSelector: `spec.nodeName=${nodeName}` })).items
}

/** A pod matters to its node only when that drives pods away. */
async function taintedNodeKeys(pod: DeepReadonly<Pod>, client: Client): Promise<readonly ObjectKey[]> {
  const name = pod.spec?.nodeName
  const node = name ? await getIfPresent(client, Node, { name }) : undefined
  return node !== undefined && hasEvictingTaint(node) ? [objectKeyOf(node)] : []
}
