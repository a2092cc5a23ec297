import { digestOf } from '../object/digest.ts'
import { refKey } from '../object/object-ref.ts'
import type { Plan } from './plan.ts'

export interface PlanBasis {
  readonly inputDigest: string
  /** Of the policies and grants it was judged by. */
  readonly judgeDigest: string
}

/**
 * Names what a plan does and what it was made from: two plans with one digest do the same. No status, resourceVersion
 * or time is in it; secret values are in it as keyed hashes.
 */
export function planDigest(plan: Plan, basis: PlanBasis): string {
  const actions = plan.actions
    .filter(({ verb }) => verb !== 'unchanged' && verb !== 'release')
    .map(({ verb, ref, changes }) => [
      verb,
      refKey(ref),
      changes.map(change => [change.path, change.old ?? null, change.new ?? null]),
    ])
  return digestOf({ application: plan.application, actions, ...basis })
}
