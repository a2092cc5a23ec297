/** Which pods a node's NoExecute taints drive away, and when. Pure. */

import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { tolerates } from '../../control/tolerations.ts'
import { parseTime } from '../../lib/clock.ts'
import { isPodActive } from '../pod-state.ts'
import type { NodeView, TaintView } from './plan.ts'
import { NOT_READY, UNREACHABLE } from './plan.ts'

type PodView = DeepReadonly<Pod>

/** For pods that say nothing about a node that has gone: as Kubernetes' admission would have written into them. */
const DEFAULT_TOLERATION_MS = 300_000

export interface ObservedTaints {
  readonly node: NodeView
  readonly pods: readonly PodView[]
  /** When this process began to look at the node: time before that counts for nothing, its pods may be fine. */
  readonly watchedSinceMs: number
  /** No node is ready: the trouble is more likely ours than theirs, and there is nowhere to go. */
  readonly isWholeClusterDown: boolean
}

export interface EvictionPlan {
  readonly evict: readonly PodView[]
  /** When the next pod's patience ends. */
  readonly nextAtMs: number | undefined
}

export function planEvictions(observed: ObservedTaints, nowMs: number): EvictionPlan {
  const taints = evictingTaints(observed)
  if (taints.length === 0) return { evict: [], nextAtMs: undefined }
  const due = observed.pods.filter(isPodActive).map(pod => ({ pod, atMs: dueAtMs(pod, taints, observed) }))
  const later = due.map(each => each.atMs).filter(atMs => atMs > nowMs && Number.isFinite(atMs))
  return {
    evict: due.filter(each => each.atMs <= nowMs).map(each => each.pod),
    nextAtMs: later.length === 0 ? undefined : Math.min(...later),
  }
}

function evictingTaints({ node, isWholeClusterDown }: ObservedTaints): readonly TaintView[] {
  const taints = (node.spec?.taints ?? []).filter(each => each.effect === 'NoExecute')
  return isWholeClusterDown ? taints.filter(each => !isForAbsence(each)) : taints
}

function isForAbsence({ key }: TaintView): boolean {
  return key === NOT_READY || key === UNREACHABLE
}

function dueAtMs(pod: PodView, taints: readonly TaintView[], { watchedSinceMs }: ObservedTaints): number {
  const times = taints.map(taint => {
    const addedMs = Math.max(parseTime(taint.timeAdded) ?? 0, watchedSinceMs)
    return addedMs + patienceMs(taint, pod.spec?.tolerations ?? [])
  })
  return Math.min(...times)
}

/** The shortest of the tolerations that fit counts; one without a time limit is for ever unless another has one. */
function patienceMs(taint: TaintView, tolerations: readonly Parameters<typeof tolerates>[0][]): number {
  const fitting = tolerations.filter(each => tolerates(each, taint))
  if (fitting.length === 0) return isForAbsence(taint) ? DEFAULT_TOLERATION_MS : 0
  const limits = fitting.map(each => each.tolerationSeconds).filter(each => each !== undefined)
  return limits.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.min(...limits)) * 1000
}
