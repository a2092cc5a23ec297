/** Decides what a ReplicaSet's pods need. Pure: the same observation always gives the same plan. */

import type { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { controllerOf, isControlledBy } from '../../control/owner.ts'
import { workloadSelector } from '../../control/workload-selector.ts'
import { isPodActive } from '../pod-state.ts'
import { chooseVictims } from './victims.ts'

type PodView = DeepReadonly<Pod>
type ReplicaSetView = DeepReadonly<ReplicaSet>

export interface ObservedReplicaSet {
  readonly replicaSet: ReplicaSetView
  /** Every pod of its namespace. */
  readonly pods: readonly PodView[]
}

export interface ReplicaSetPlan {
  /** Orphans that match the selector: they get this owner. */
  readonly adopt: readonly PodView[]
  /** Owned pods that no longer match the selector: they lose this owner. */
  readonly release: readonly PodView[]
  readonly createCount: number
  readonly delete: readonly PodView[]
}

/** Pods created or deleted by one reconcile at most; the rest follows in the next. */
const REPLICA_SET_BURST_MAX = 500

export function planReplicaSet(observed: ObservedReplicaSet, nowMs: number): ReplicaSetPlan {
  const { replicaSet } = observed
  const { claimed, adopt, release } = planClaims(observed)
  if (replicaSet.metadata.deletionTimestamp !== undefined) return { adopt, release, createCount: 0, delete: [] }
  const missing = wantedReplicas(replicaSet) - claimed.length
  const victims = chooseVictims(claimed, Math.min(Math.max(0, -missing), REPLICA_SET_BURST_MAX), {
    minReadySeconds: replicaSet.spec?.minReadySeconds ?? 0,
    nowMs,
  })
  return {
    adopt: adopt.filter(pod => !victims.includes(pod)),
    release,
    createCount: Math.min(Math.max(0, missing), REPLICA_SET_BURST_MAX),
    delete: victims,
  }
}

function wantedReplicas(replicaSet: ReplicaSetView): number {
  return replicaSet.spec?.replicas ?? 1
}

interface Claims {
  readonly adopt: readonly PodView[]
  readonly release: readonly PodView[]
  /** What counts as its own once the claims are made. */
  readonly claimed: readonly PodView[]
}

function planClaims({ replicaSet, pods }: ObservedReplicaSet): Claims {
  const dying = replicaSet.metadata.deletionTimestamp !== undefined
  const active = pods.filter(isPodActive)
  const selects = workloadSelector(replicaSet.spec?.selector)
  const matches = (pod: PodView) => selects(pod.metadata.labels)
  const owned = active.filter(pod => isControlledBy(pod, replicaSet))
  const adopt = dying ? [] : active.filter(pod => controllerOf(pod) === undefined && matches(pod))
  return {
    adopt,
    release: dying ? [] : owned.filter(pod => !matches(pod)),
    claimed: [...owned.filter(matches), ...adopt],
  }
}
