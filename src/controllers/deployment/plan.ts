/** Decides the next step of a Deployment. Pure: the same observation at the same time gives the same plan. */

import { podTemplateHash } from '../../api/hash.ts'
import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { isControlledBy } from '../../control/owner.ts'
import { isPodFinished } from '../pod-state.ts'
import type { Conditions } from './conditions.ts'
import { findCondition, withCondition } from './conditions.ts'
import type { RolloutLimits } from './limits.ts'
import { isRecreate, rolloutLimits } from './limits.ts'
import type { DeploymentView, ReplicaSetClaims, ReplicaSetView } from './replica-sets.ts'
import { findNewReplicaSet, planReplicaSetClaims } from './replica-sets.ts'
import type { Annotations } from './revision.ts'
import { newReplicaSetAnnotations, REVISION, revisionOf, withSizes } from './revision.ts'
import type { SizedReplicaSet, Sizes } from './sizes.ts'
import { allSets, isScalingEvent, planRollingStep, planScaling, planTeardown, withNewest } from './sizes.ts'
import type { StatusView } from './status.ts'
import { countStatus, deadlineAtMs, deadlineSeconds, isComplete, rolloutStatus } from './status.ts'

export interface ObservedDeployment {
  readonly deployment: DeploymentView
  /** Every replica set of its namespace. */
  readonly replicaSets: readonly ReplicaSetView[]
  /** Pods of its replica sets; needed for Recreate only. */
  readonly pods: readonly DeepReadonly<Pod>[]
}

export interface DeploymentPlan {
  readonly adopt: readonly ReplicaSetView[]
  readonly release: readonly ReplicaSetView[]
  readonly create: NewReplicaSet | undefined
  readonly update: readonly ReplicaSetUpdate[]
  /** Beyond the history limit. */
  readonly delete: readonly ReplicaSetView[]
  /** The Deployment's own revision annotation, when it must change. */
  readonly revision: string | undefined
  readonly status: StatusView
  readonly wakeAtMs: number | undefined
}

export interface NewReplicaSet {
  readonly name: string
  readonly hash: string
  readonly replicas: number
  readonly annotations: Annotations
}

export interface ReplicaSetUpdate {
  readonly replicaSet: ReplicaSetView
  readonly replicas: number
  readonly annotations: Annotations
  readonly minReadySeconds: number
}

export function planDeployment(observed: ObservedDeployment, nowMs: number): DeploymentPlan {
  const { deployment } = observed
  const claims = planReplicaSetClaims(deployment, observed.replicaSets)
  const limits = rolloutLimits(deployment)
  const newest = findNewReplicaSet(deployment, claims.claimed)
  const old = claims.claimed.filter(each => each !== newest)
  const draft: Draft = { observed, claims, limits, newest, old, nowMs }
  if (deployment.metadata.deletionTimestamp !== undefined) return planNothing(draft)
  const present = presentSizes(draft)
  if (deployment.spec?.paused === true || isScalingEvent(present, limits))
    return planSizes(draft, planScaling(present, limits, deployment.status?.replicas ?? 0))
  return planSizes(draft, isRecreate(deployment) ? recreate(draft) : planRollingStep(withCreated(draft), limits))
}

interface Draft {
  readonly observed: ObservedDeployment
  readonly claims: ReplicaSetClaims
  readonly limits: RolloutLimits
  readonly newest: ReplicaSetView | undefined
  readonly old: readonly ReplicaSetView[]
  readonly nowMs: number
}

/** Being deleted: only the status is kept true. */
function planNothing(draft: Draft): DeploymentPlan {
  const { deployment } = draft.observed
  const status = countStatus(statusInput(draft, presentSizes(draft), deployment.status?.conditions ?? []))
  return {
    adopt: [],
    release: [],
    create: undefined,
    update: [],
    delete: [],
    revision: undefined,
    status,
    wakeAtMs: undefined,
  }
}

function presentSizes({ newest, old }: Draft): Sizes {
  const sized = (current: ReplicaSetView): SizedReplicaSet => ({
    name: current.metadata.name,
    current,
    replicas: current.spec?.replicas ?? 1,
  })
  return { newest: newest && sized(newest), old: old.map(sized) }
}

/** The same with the newest set added at size 0 when there is none yet. */
function withCreated(draft: Draft): Sizes {
  const sizes = presentSizes(draft)
  if (sizes.newest !== undefined) return sizes
  return { ...sizes, newest: { name: newName(draft), current: undefined, replicas: 0 } }
}

function newName({ observed: { deployment } }: Draft): string {
  return `${deployment.metadata.name}-${templateHash(deployment)}`
}

function templateHash(deployment: DeploymentView): string {
  return podTemplateHash(deployment.spec?.template, deployment.status?.collisionCount)
}

/** The new pods come only when the last old one is gone, also from its node. */
function recreate(draft: Draft): Sizes {
  const present = presentSizes(draft)
  if (present.old.some(each => each.replicas > 0)) return planTeardown(present)
  const isOldPod = (pod: DeepReadonly<Pod>) => draft.old.some(each => isControlledBy(pod, each))
  if (draft.observed.pods.some(pod => isOldPod(pod) && !isPodFinished(pod))) return present
  return withNewest(withCreated(draft), draft.limits.replicas)
}

function planSizes(draft: Draft, sizes: Sizes): DeploymentPlan {
  const { observed, claims, limits } = draft
  const { deployment } = observed
  const annotations = newReplicaSetAnnotations(deployment, draft.newest, draft.old)
  const { newest } = sizes
  const create = newest !== undefined && newest.current === undefined ? newest : undefined
  const input = statusInput(draft, sizes, planConditions(draft, create))
  const paused = deployment.spec?.paused === true
  const status = paused ? countStatus(input) : rolloutStatus(input)
  const revision = newest && annotations[REVISION]
  return {
    adopt: claims.adopt,
    release: claims.release,
    create: create && {
      name: create.name,
      hash: templateHash(deployment),
      replicas: create.replicas,
      annotations: withSizes(annotations, limits.replicas, limits.replicas + limits.maxSurge),
    },
    update: allSets(sizes).flatMap(each =>
      planUpdate(draft, each, {
        newest: each === newest ? annotations : undefined,
        isWaiting: sizes.isWaiting ?? false,
      }),
    ),
    delete: isComplete(deployment, status) || paused ? beyondHistory(draft) : [],
    revision: revision !== undefined && revision !== String(revisionOf(deployment)) ? revision : undefined,
    status,
    wakeAtMs: deadlineAtMs(deployment, status),
  }
}

interface UpdateContext {
  /** What the newest set's annotations should be; undefined for an old set. */
  readonly newest: Annotations | undefined
  readonly isWaiting: boolean
}

/**
 * Nothing when the set is as it should be. The size of the Deployment is noted on every set with pods once they have
 * been scaled for it: that tells scaling from a rollout.
 */
function planUpdate(draft: Draft, set: SizedReplicaSet, context: UpdateContext): readonly ReplicaSetUpdate[] {
  const { limits, observed } = draft
  const { current, replicas } = set
  if (current === undefined) return []
  const own = context.newest ?? current.metadata.annotations ?? {}
  const isScaled = !context.isWaiting && (replicas > 0 || (current.spec?.replicas ?? 0) > 0)
  const annotations = isScaled ? withSizes(own, limits.replicas, limits.replicas + limits.maxSurge) : own
  const present = current.spec?.minReadySeconds ?? 0
  const minReadySeconds = context.newest === undefined ? present : (observed.deployment.spec?.minReadySeconds ?? 0)
  const same =
    replicas === (current.spec?.replicas ?? 1) &&
    minReadySeconds === present &&
    Object.entries(annotations).every(([key, value]) => current.metadata.annotations?.[key] === value)
  return same ? [] : [{ replicaSet: current, replicas, annotations, minReadySeconds }]
}

/** What this step itself says in the condition Progressing: paused, resumed, a set created or found again. */
function planConditions(draft: Draft, create: SizedReplicaSet | undefined): Conditions {
  const { observed, newest, nowMs } = draft
  const { deployment } = observed
  const conditions = deployment.status?.conditions ?? []
  if (deadlineSeconds(deployment) === undefined) return conditions
  const known = findCondition(conditions, 'Progressing')
  const say = (status: 'True' | 'Unknown', reason: string, message: string) =>
    withCondition(conditions, { type: 'Progressing', status, reason, message }, nowMs)
  if (create !== undefined)
    return say('True', 'NewReplicaSetCreated', `Created new replica set ${JSON.stringify(create.name)}`)
  if (known === undefined && newest !== undefined)
    return say('True', 'FoundNewReplicaSet', `Found new replica set ${JSON.stringify(newest.metadata.name)}`)
  if (known?.reason === 'ProgressDeadlineExceeded') return conditions
  if (deployment.spec?.paused === true) return say('Unknown', 'DeploymentPaused', 'Deployment is paused')
  if (known?.reason === 'DeploymentPaused') return say('Unknown', 'DeploymentResumed', 'Deployment is resumed')
  return conditions
}

function statusInput(draft: Draft, sizes: Sizes, conditions: Conditions) {
  const { observed, limits, newest, old, nowMs } = draft
  const plannedTotal = allSets(sizes).reduce((sum, each) => sum + each.replicas, 0)
  return { deployment: observed.deployment, limits, newest, old, plannedTotal, conditions, nowMs }
}

/** Old sets that nothing is left of, the lowest revisions first. */
function beyondHistory({ observed: { deployment }, old }: Draft): readonly ReplicaSetView[] {
  const excess = old.length - (deployment.spec?.revisionHistoryLimit ?? 10)
  if (excess <= 0) return []
  const byRevision = [...old].sort((left, right) => revisionOf(left) - revisionOf(right))
  return byRevision.slice(0, excess).filter(isEmpty)
}

function isEmpty({ metadata, spec, status }: ReplicaSetView): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (spec?.replicas ?? 0) === 0 &&
    (status?.replicas ?? 0) === 0 &&
    (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
  )
}
