/** What a namespace that is being deleted says about what it waits for. Pure. */

import type { NamespaceCondition, NamespaceStatus } from '../../api/generated/types.ts'
import type { Namespace } from '../../api/kinds/core/namespace.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatTime } from '../../lib/clock.ts'
import type { Remains } from './empty-namespace.ts'

type Condition = DeepReadonly<NamespaceCondition>

interface Statement {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

export function terminatingStatus(
  namespace: DeepReadonly<Namespace>,
  remains: Remains,
  nowMs: number,
): DeepReadonly<NamespaceStatus> {
  const known = namespace.status?.conditions ?? []
  const said = [contentFailure(remains), contentRemaining(remains), finalizersRemaining(remains)]
  const others = known.filter(each => said.every(statement => statement.type !== each.type))
  return {
    ...namespace.status,
    phase: 'Terminating',
    conditions: [...others, ...said.map(statement => asCondition(statement, known, nowMs))],
  }
}

function asCondition(statement: Statement, known: readonly Condition[], nowMs: number): Condition {
  const before = known.find(each => each.type === statement.type)
  const since = before?.status === statement.status ? before.lastTransitionTime : undefined
  return { ...statement, lastTransitionTime: since ?? formatTime(nowMs) }
}

function contentFailure({ failures }: Remains): Statement {
  const type = 'NamespaceDeletionContentFailure'
  if (failures.length === 0)
    return {
      type,
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    }
  const each = failures.map(({ resource, error }) => `${resource}: ${error.message}`)
  const message = `Failed to delete all resource types, ${failures.length} remaining: ${each.join(', ')}`
  return { type, status: 'True', reason: 'ContentDeletionFailed', message }
}

function contentRemaining({ kinds }: Remains): Statement {
  const type = 'NamespaceContentRemaining'
  if (kinds.length === 0)
    return { type, status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' }
  const each = kinds.map(({ resource, count }) => `${resource} has ${count} resource instances`)
  return {
    type,
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${each.join(', ')}`,
  }
}

function finalizersRemaining({ kinds }: Remains): Statement {
  const type = 'NamespaceFinalizersRemaining'
  const counts = new Map<string, number>()
  for (const { finalizers } of kinds)
    for (const [finalizer, count] of finalizers) counts.set(finalizer, (counts.get(finalizer) ?? 0) + count)
  if (counts.size === 0)
    return {
      type,
      status: 'False',
      reason: 'ContentHasNoFinalizers',
      message: 'All content-preserving finalizers finished',
    }
  const each = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort()
  return {
    type,
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${each.join(', ')}`,
  }
}
