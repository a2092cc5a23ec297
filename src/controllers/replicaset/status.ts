/** The status of a ReplicaSet as its pods give it. Pure. */

import type { ReplicaSetCondition, ReplicaSetStatus } from '../../api/generated/types.ts'
import type { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { isControlledBy } from '../../control/owner.ts'
import { formatTime } from '../../lib/clock.ts'
import { isPodActive, isPodAvailable, isPodReady, podAvailableAtMs } from '../pod-state.ts'

type PodView = DeepReadonly<Pod>
type ReplicaSetView = DeepReadonly<ReplicaSet>

/** Why pods could not be made or removed; becomes the condition ReplicaFailure. */
export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete'
  readonly message: string
}

export function replicaSetStatus(
  replicaSet: ReplicaSetView,
  pods: readonly PodView[],
  failure: ReplicaFailure | undefined,
  nowMs: number,
): DeepReadonly<ReplicaSetStatus> {
  const own = ownActivePods(replicaSet, pods)
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0
  const templateLabels = Object.entries(replicaSet.spec?.template?.metadata?.labels ?? {})
  const carriesTemplateLabels = (pod: PodView) =>
    templateLabels.every(([key, value]) => pod.metadata.labels?.[key] === value)
  const conditions = conditionsOf(replicaSet, failure, nowMs)
  return {
    replicas: own.length,
    fullyLabeledReplicas: own.filter(carriesTemplateLabels).length,
    readyReplicas: own.filter(isPodReady).length,
    availableReplicas: own.filter(pod => isPodAvailable(pod, minReadySeconds, nowMs)).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  }
}

/** When the next ready pod becomes available; undefined when none is waiting for that. */
export function nextAvailableAtMs(
  replicaSet: ReplicaSetView,
  pods: readonly PodView[],
  nowMs: number,
): number | undefined {
  const times = ownActivePods(replicaSet, pods)
    .map(pod => podAvailableAtMs(pod, replicaSet.spec?.minReadySeconds ?? 0))
    .filter(time => time !== undefined && time > nowMs) as number[]
  return times.length === 0 ? undefined : Math.min(...times)
}

function ownActivePods(replicaSet: ReplicaSetView, pods: readonly PodView[]): readonly PodView[] {
  return pods.filter(pod => isPodActive(pod) && isControlledBy(pod, replicaSet))
}

function conditionsOf(
  replicaSet: ReplicaSetView,
  failure: ReplicaFailure | undefined,
  nowMs: number,
): readonly DeepReadonly<ReplicaSetCondition>[] {
  const current = replicaSet.status?.conditions ?? []
  const others = current.filter(condition => condition.type !== 'ReplicaFailure')
  if (failure === undefined) return others
  const known = current.find(condition => condition.type === 'ReplicaFailure')
  if (known?.reason === failure.reason && known.status === 'True') return [...others, known]
  return [...others, { type: 'ReplicaFailure', status: 'True', ...failure, lastTransitionTime: formatTime(nowMs) }]
}
