/** The status of a Deployment as its replica sets give it, and how its rollout gets on. Pure. */

import type { DeploymentStatus } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { parseTime } from '../../lib/clock.ts'
import type { Conditions } from './conditions.ts'
import { findCondition, withCondition, withoutCondition } from './conditions.ts'
import type { RolloutLimits } from './limits.ts'
import type { DeploymentView, ReplicaSetView } from './replica-sets.ts'

export type StatusView = DeepReadonly<DeploymentStatus>

/** kubectl and others write the largest 32-bit number for "no deadline". */
const NO_DEADLINE_SECONDS = 2 ** 31 - 1

export interface StatusInput {
  readonly deployment: DeploymentView
  readonly limits: RolloutLimits
  readonly newest: ReplicaSetView | undefined
  /** Pods each set is to have, by name. */
  readonly plannedTotal: number
  readonly old: readonly ReplicaSetView[]
  readonly conditions: Conditions
  readonly nowMs: number
}

export function countStatus(input: StatusInput): StatusView {
  const { deployment, limits, newest, old, nowMs } = input
  const all = newest === undefined ? old : [...old, newest]
  const available = total(all, each => each.status?.availableReplicas)
  const collisionCount = deployment.status?.collisionCount
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: total(all, each => each.status?.replicas),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: total(all, each => each.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, input.plannedTotal - available),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(
      input.conditions,
      available >= limits.replicas - limits.maxUnavailable
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      nowMs,
    ),
  }
}

/** Adds what a rollout says of itself: progress, completion, or that it has run out of time. */
export function rolloutStatus(input: StatusInput): StatusView {
  const counted = countStatus(input)
  const conditions = withReplicaFailure(withProgress(counted, input), input)
  return { ...counted, conditions }
}

/** When the progress deadline passes, if the rollout is under way; undefined when there is nothing to wait for. */
export function deadlineAtMs(deployment: DeploymentView, status: StatusView): number | undefined {
  const seconds = deadlineSeconds(deployment)
  const condition = findCondition(status.conditions ?? [], 'Progressing')
  if (seconds === undefined || condition === undefined || isFinal(condition.reason)) return undefined
  if (deployment.spec?.paused === true) return undefined
  return (parseTime(condition.lastUpdateTime) ?? 0) + seconds * 1000
}

export function deadlineSeconds(deployment: DeploymentView): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds
  return seconds === undefined || seconds >= NO_DEADLINE_SECONDS ? undefined : seconds
}

/** Every pod is of the present template and available, and none other is left. */
export function isComplete(deployment: DeploymentView, status: StatusView): boolean {
  const replicas = deployment.spec?.replicas ?? 1
  return status.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas
}

function withProgress(status: StatusView, input: StatusInput): Conditions {
  const { deployment, newest, nowMs } = input
  const conditions = status.conditions ?? []
  if (deadlineSeconds(deployment) === undefined) return withoutCondition(conditions, 'Progressing')
  const known = findCondition(conditions, 'Progressing')
  if (status.replicas === status.updatedReplicas && known?.reason === 'NewReplicaSetAvailable') return conditions
  const subject =
    newest === undefined
      ? `Deployment ${JSON.stringify(deployment.metadata.name)}`
      : `ReplicaSet ${JSON.stringify(newest.metadata.name)}`
  const progressing = { type: 'Progressing', status: 'True' } as const
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    return withCondition(conditions, { ...progressing, reason: 'NewReplicaSetAvailable', message }, nowMs)
  }
  if (hasProgressed(deployment.status, status)) {
    const message = `${subject} is progressing.`
    return withCondition(conditions, { ...progressing, reason: 'ReplicaSetUpdated', message }, nowMs, true)
  }
  if (!hasTimedOut(deployment, status, nowMs)) return conditions
  const message = `${subject} has timed out progressing.`
  return withCondition(
    conditions,
    { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message },
    nowMs,
  )
}

function hasProgressed(before: StatusView | undefined, now: StatusView): boolean {
  const old = (status: StatusView | undefined) => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0)
  return (
    (now.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  )
}

function hasTimedOut(deployment: DeploymentView, status: StatusView, nowMs: number): boolean {
  const condition = findCondition(status.conditions ?? [], 'Progressing')
  if (condition?.reason === 'ProgressDeadlineExceeded') return true
  const atMs = deadlineAtMs(deployment, status)
  return atMs !== undefined && atMs < nowMs
}

/** What needs no watching of the clock any more. */
function isFinal(reason: string | undefined): boolean {
  return reason === 'NewReplicaSetAvailable' || reason === 'ProgressDeadlineExceeded'
}

/** The newest set's trouble counts first; an old one's is shown when the newest has none. */
function withReplicaFailure(conditions: Conditions, { newest, old, nowMs }: StatusInput): Conditions {
  const sets = newest === undefined ? old : [newest, ...old]
  const failures = sets.flatMap(each => each.status?.conditions?.filter(isReplicaFailure) ?? [])
  const [failure] = failures
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure')
  return withCondition(
    conditions,
    { type: 'ReplicaFailure', status: 'True', reason: failure.reason ?? '', message: failure.message ?? '' },
    nowMs,
  )
}

function isReplicaFailure(condition: { readonly type: string; readonly status: string }): boolean {
  return condition.type === 'ReplicaFailure' && condition.status === 'True'
}

function total(sets: readonly ReplicaSetView[], count: (set: ReplicaSetView) => number | undefined): number {
  return sets.reduce((sum, each) => sum + (count(each) ?? 0), 0)
}
