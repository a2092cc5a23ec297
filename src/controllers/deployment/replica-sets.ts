/** Which replica sets are a Deployment's, and which of them holds its present template. Pure. */

import { equalJson } from '../../api/equal-json.ts'
import type { PodTemplateSpec } from '../../api/generated/types.ts'
import type { Deployment } from '../../api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { controllerOf, isControlledBy } from '../../control/owner.ts'
import { workloadSelector } from '../../control/workload-selector.ts'
import { parseTime } from '../../lib/clock.ts'

export type ReplicaSetView = DeepReadonly<ReplicaSet>
export type DeploymentView = DeepReadonly<Deployment>
export type PodTemplateView = DeepReadonly<PodTemplateSpec>

export const POD_TEMPLATE_HASH = 'pod-template-hash'

export interface ReplicaSetClaims {
  readonly adopt: readonly ReplicaSetView[]
  readonly release: readonly ReplicaSetView[]
  /** Its own once the claims are made, oldest first. */
  readonly claimed: readonly ReplicaSetView[]
}

export function planReplicaSetClaims(
  deployment: DeploymentView,
  replicaSets: readonly ReplicaSetView[],
): ReplicaSetClaims {
  const dying = deployment.metadata.deletionTimestamp !== undefined
  const selects = workloadSelector(deployment.spec?.selector)
  const matches = (each: ReplicaSetView) => selects(each.metadata.labels)
  const owned = replicaSets.filter(each => isControlledBy(each, deployment))
  const orphans = replicaSets.filter(
    each => controllerOf(each) === undefined && each.metadata.deletionTimestamp === undefined && matches(each),
  )
  const adopt = dying ? [] : orphans
  return {
    adopt,
    release: dying ? [] : owned.filter(each => !matches(each)),
    claimed: [...owned.filter(matches), ...adopt].sort(compareAge),
  }
}

/** The replica set whose template is the Deployment's; of several the oldest. */
export function findNewReplicaSet(
  deployment: DeploymentView,
  claimed: readonly ReplicaSetView[],
): ReplicaSetView | undefined {
  const wanted = withoutHash(deployment.spec?.template)
  return claimed.find(each => equalJson(withoutHash(each.spec?.template), wanted))
}

/** Templates are compared without the label that tells them apart. */
export function isSameTemplate(left: PodTemplateView | undefined, right: PodTemplateView | undefined): boolean {
  return equalJson(withoutHash(left), withoutHash(right))
}

function withoutHash(template: PodTemplateView | undefined): unknown {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template?.metadata?.labels ?? {}
  return { ...template, metadata: { ...template?.metadata, labels, creationTimestamp: undefined } }
}

/** Oldest first; the name settles what was created in the same second. */
function compareAge(left: ReplicaSetView, right: ReplicaSetView): number {
  const difference = createdMs(left) - createdMs(right)
  if (difference !== 0) return difference
  return left.metadata.name < right.metadata.name ? -1 : 1
}

function createdMs(replicaSet: ReplicaSetView): number {
  return parseTime(replicaSet.metadata.creationTimestamp) ?? 0
}
