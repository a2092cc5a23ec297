/** What a pod's status says about it, as every workload controller reads it. */

import type { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'
import { parseTime } from '../lib/clock.ts'

type PodView = DeepReadonly<Pod>

/** Counts towards its owner's replicas: neither finished nor on its way out. */
export function isPodActive(pod: PodView): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined
}

export function isPodFinished(pod: PodView): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isPodReady(pod: PodView): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** When the pod became ready (ms since the epoch); undefined when it is not, or does not say since when. */
export function podReadySinceMs(pod: PodView): number | undefined {
  const condition = readyCondition(pod)
  return condition?.status === 'True' ? parseTime(condition.lastTransitionTime) : undefined
}

/** Ready for at least `minReadySeconds`. Where none are asked for no clock is: one set back makes nothing unavailable. */
export function isPodAvailable(pod: PodView, minReadySeconds: number, nowMs: number): boolean {
  if (!isPodReady(pod)) return false
  if (minReadySeconds === 0) return true
  const at = podAvailableAtMs(pod, minReadySeconds)
  return at !== undefined && at <= nowMs
}

/** When a ready pod becomes available; undefined when it is not ready or does not say since when it is. */
export function podAvailableAtMs(pod: PodView, minReadySeconds: number): number | undefined {
  const sinceMs = podReadySinceMs(pod)
  return sinceMs === undefined ? undefined : sinceMs + minReadySeconds * 1000
}

function readyCondition(pod: PodView) {
  return pod.status?.conditions?.find(condition => condition.type === 'Ready')
}
