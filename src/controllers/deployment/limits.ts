/** How far a rolling update may go above and below the wanted size. Pure. */

import { resolveIntOrPercent } from '../../api/scalars/int-or-string.ts'
import type { DeploymentView } from './replica-sets.ts'

export interface RolloutLimits {
  readonly replicas: number
  /** Pods above `replicas`. */
  readonly maxSurge: number
  /** Pods that may be unavailable. */
  readonly maxUnavailable: number
}

/** Percentages: surge rounds up, unavailability down. Both zero would never move: then one may be unavailable. */
export function rolloutLimits(deployment: DeploymentView): RolloutLimits {
  const replicas = deployment.spec?.replicas ?? 1
  if (isRecreate(deployment)) return { replicas, maxSurge: 0, maxUnavailable: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec?.strategy?.rollingUpdate ?? {}
  const surge = Math.max(0, resolveIntOrPercent(maxSurge, replicas, 'up'))
  const unavailable = Math.max(0, resolveIntOrPercent(maxUnavailable, replicas, 'down'))
  return {
    replicas,
    maxSurge: surge,
    maxUnavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable),
  }
}

export function isRecreate(deployment: DeploymentView): boolean {
  return deployment.spec?.strategy?.type === 'Recreate'
}
