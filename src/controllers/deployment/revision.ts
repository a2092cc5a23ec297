/** Revision numbers and the other annotations that a Deployment keeps on itself and its replica sets. Pure. */

import type { Deployment } from '../../api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import type { DeepReadonly } from '../../api/object.ts'

type ReplicaSetView = DeepReadonly<ReplicaSet>
type DeploymentView = DeepReadonly<Deployment>
export type Annotations = Readonly<Record<string, string>>

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

/** Never copied from the Deployment to a replica set: they mean the object they stand on. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
])

const REVISION_HISTORY_LENGTH_MAX = 2000

/** 0 when it has none or no number. */
export function revisionOf(object: { readonly metadata: { readonly annotations?: Annotations } }): number {
  const revision = Number(object.metadata.annotations?.[REVISION] ?? 0)
  return Number.isSafeInteger(revision) ? revision : 0
}

/** What the newest replica set's annotations should be: those of the Deployment, and a revision above all old ones. */
export function newReplicaSetAnnotations(
  deployment: DeploymentView,
  current: ReplicaSetView | undefined,
  old: readonly ReplicaSetView[],
): Annotations {
  const annotations: Record<string, string> = { ...current?.metadata.annotations }
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!OWN_ANNOTATIONS.has(key)) annotations[key] = value
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  const before = current === undefined ? 0 : revisionOf(current)
  if (before >= revision) return annotations
  annotations[REVISION] = String(revision)
  if (before > 0) addToHistory(annotations, before)
  return annotations
}

/** The revisions that one template had before, oldest first; the oldest fall out when the list grows too long. */
function addToHistory(annotations: Record<string, string>, revision: number): void {
  const revisions = (annotations[REVISION_HISTORY] ?? '').split(',').filter(each => each !== '')
  revisions.push(String(revision))
  while (revisions.join(',').length > REVISION_HISTORY_LENGTH_MAX) revisions.shift()
  annotations[REVISION_HISTORY] = revisions.join(',')
}

/** Notes on a replica set for which size of the Deployment it was scaled; a change of that is a scaling event. */
export function withSizes(annotations: Annotations, desired: number, max: number): Annotations {
  return { ...annotations, [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(max) }
}

export function desiredReplicasOf(replicaSet: ReplicaSetView): number | undefined {
  return numberOf(replicaSet.metadata.annotations?.[DESIRED_REPLICAS])
}

export function maxReplicasOf(replicaSet: ReplicaSetView): number | undefined {
  return numberOf(replicaSet.metadata.annotations?.[MAX_REPLICAS])
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text ?? Number.NaN)
  return Number.isSafeInteger(value) ? value : undefined
}
