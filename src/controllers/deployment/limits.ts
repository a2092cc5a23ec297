/** How far a rolling update may go above and below the wanted size. Pure. */

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
  const surge = resolve(maxSurge, replicas, Math.ceil)
  const unavailable = resolve(maxUnavailable, replicas, Math.floor)
  return {
    replicas,
    maxSurge: surge,
    maxUnavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable),
  }
}

export function isRecreate(deployment: DeploymentView): boolean {
  return deployment.spec?.strategy?.type === 'Recreate'
}

function resolve(value: number | string, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return Math.max(0, value)
  const percent = /^(\d+)%$/.exec(value)?.[1]
  return percent === undefined ? 0 : round((Number(percent) * total) / 100)
}
