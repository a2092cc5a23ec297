/** The list of conditions of a Deployment as a value: every change returns a new list. Pure. */

import type { DeploymentCondition } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatTime } from '../../lib/clock.ts'

export type Condition = DeepReadonly<DeploymentCondition>
export type Conditions = readonly Condition[]

export interface NewCondition {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure'
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

export function findCondition(conditions: Conditions, type: NewCondition['type']): Condition | undefined {
  return conditions.find(each => each.type === type)
}

export function withoutCondition(conditions: Conditions, type: NewCondition['type']): Conditions {
  return conditions.filter(each => each.type !== type)
}

/**
 * One that says the same (status and reason) stays as it is, times and message too; with `refresh` its update time and
 * message become new. The transition time changes only with the status.
 */
export function withCondition(
  conditions: Conditions,
  condition: NewCondition,
  nowMs: number,
  refresh = false,
): Conditions {
  const known = findCondition(conditions, condition.type)
  const says = known?.status === condition.status && known.reason === condition.reason
  if (says && !refresh) return conditions
  const now = formatTime(nowMs)
  const lastTransitionTime = known?.status === condition.status ? (known.lastTransitionTime ?? now) : now
  return [...withoutCondition(conditions, condition.type), { ...condition, lastUpdateTime: now, lastTransitionTime }]
}
