import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { parseTime } from '../../lib/clock.ts'
import { isPodAvailable, isPodReady, podReadySinceMs } from '../pod-state.ts'

type PodView = DeepReadonly<Pod>

/** Lower is deleted earlier (annotation that users set on pods). */
const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost'

export interface VictimContext {
  readonly minReadySeconds: number
  readonly nowMs: number
}

/**
 * The `count` pods whose loss hurts least, in Kubernetes' order: unscheduled, pending, unknown, not ready, not yet
 * available, cheaper, on a node with more of the same, ready for a shorter time, restarted more often, newer. The name
 * settles the rest, so that the choice never depends on the order of the input.
 */
export function chooseVictims(pods: readonly PodView[], count: number, context: VictimContext): readonly PodView[] {
  const perNode = countPerNode(pods)
  const ranked = pods.map(pod => ({ pod, rank: rankOf(pod, perNode, context) }))
  ranked.sort((left, right) => compareRanks(left.rank, right.rank) || compareNames(left.pod, right.pod))
  return ranked.slice(0, count).map(each => each.pod)
}

/** Smaller goes first, from the left. */
type Rank = readonly number[]

function rankOf(pod: PodView, perNode: ReadonlyMap<string, number>, context: VictimContext): Rank {
  const node = pod.spec?.nodeName ?? ''
  return [
    node === '' ? 0 : 1,
    isUnreported(pod) ? RUNNING_RANK : phaseRank(pod.status?.phase),
    isPodReady(pod) ? 1 : 0,
    isPodAvailable(pod, context.minReadySeconds, context.nowMs) ? 1 : 0,
    isUnreported(pod) ? 1 : 0,
    deletionCost(pod),
    -(perNode.get(node) ?? 0),
    -(podReadySinceMs(pod) ?? 0),
    -restartsOf(pod),
    -(parseTime(pod.metadata.creationTimestamp) ?? Number.MAX_SAFE_INTEGER),
  ]
}

function countPerNode(pods: readonly PodView[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const node = pod.spec?.nodeName
    if (node) counts.set(node, (counts.get(node) ?? 0) + 1)
  }
  return counts
}

const RUNNING_RANK = 2

/**
 * It came with its node and its node has not spoken of it yet: an agent has registered what it found running when the
 * store had lost it. Such a pod is as good as running; one that was made to replace it must go first.
 */
function isUnreported({ spec, status }: PodView): boolean {
  return !!spec?.nodeName && !status?.conditions?.some(condition => condition.type === 'PodScheduled')
}

function phaseRank(phase: string | undefined): number {
  if (phase === 'Running') return RUNNING_RANK
  return phase === 'Unknown' ? 1 : 0
}

function deletionCost(pod: PodView): number {
  const cost = Number(pod.metadata.annotations?.[DELETION_COST_ANNOTATION] ?? 0)
  return Number.isFinite(cost) ? cost : 0
}

function restartsOf(pod: PodView): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(status => status.restartCount))
}

function compareRanks(left: Rank, right: Rank): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function compareNames(left: PodView, right: PodView): number {
  return left.metadata.name < right.metadata.name ? -1 : 1
}
