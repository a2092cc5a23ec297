import type { TopologySpreadConstraint } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { ClusterView, NodeView, PodView } from '../cluster.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'
import { nodeAffinityFilter } from './node-affinity.ts'
import { domainOf, podTerm } from './pod-affinity.ts'
import { taintsFilter } from './taints.ts'

/** Keeps the numbers of a group's pods in the parts of the cluster close together, where the pod insists on it. */
export const topologySpreadFilter: Filter = {
  name: 'PodTopologySpread',
  unblockedBy: ['node-added', 'node-changed', 'pod-placed', 'pod-changed', 'pod-removed'],
  prepare: (pod, cluster) => {
    const constraints = (pod.pod.spec?.topologySpreadConstraints ?? []).filter(
      each => each.whenUnsatisfiable !== 'ScheduleAnyway',
    )
    const checks = constraints.map(each => spreadCheck(each, pod, cluster))
    return node => {
      for (const check of checks) {
        const reason = check(node)
        if (reason !== undefined) return [reason]
      }
      return passes
    }
  },
}

const MISMATCH = "node(s) didn't match pod topology spread constraints"

function spreadCheck(
  constraint: DeepReadonly<TopologySpreadConstraint>,
  pod: PodView,
  cluster: ClusterView,
): (node: NodeView) => string | undefined {
  const { topologyKey, maxSkew, minDomains = 1 } = constraint
  const counts = countPods(constraint, pod, cluster)
  const fewest = counts.size < minDomains ? 0 : Math.min(...counts.values())
  const self = podTerm(constraint as never, pod, cluster).selects(pod) ? 1 : 0
  return node => {
    const domain = domainOf(node, topologyKey)
    if (domain === undefined) return `${MISMATCH} (missing required label)`
    const count = counts.get(domain) ?? 0
    return count + self - fewest > maxSkew ? MISMATCH : undefined
  }
}

/** Only of nodes that the pod could use at all: an empty part of the cluster out of its reach must not hold it up. */
function countPods(
  constraint: DeepReadonly<TopologySpreadConstraint>,
  pod: PodView,
  cluster: ClusterView,
): ReadonlyMap<string, number> {
  const { selects } = podTerm(constraint as never, pod, cluster)
  const affinity = nodeAffinityFilter.prepare(pod, cluster)
  const taints = taintsFilter.prepare(pod, cluster)
  const counts = new Map<string, number>()
  for (const node of cluster.nodes) {
    const domain = domainOf(node, constraint.topologyKey)
    if (domain === undefined) continue
    if (constraint.nodeAffinityPolicy !== 'Ignore' && affinity(node).length > 0) continue
    if (constraint.nodeTaintsPolicy === 'Honor' && taints(node).length > 0) continue
    let count = 0
    for (const other of node.pods.values())
      if (other.pod.metadata.deletionTimestamp === undefined && selects(other)) count += 1
    counts.set(domain, (counts.get(domain) ?? 0) + count)
  }
  return counts
}
