import type { ApplicationOperation, OperationResult } from '../../api/kinds/gitops/application.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { findTrailer, parseTrailers } from '../../git/trailers.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import { changeStatus, rolloutName } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { namesDigest } from '../guard/approval.ts'
import { countOf, shortCommit } from '../object/show-text.ts'
import { withBar, withoutBar } from '../rollback/bars.ts'
import { commitRestore } from '../rollback/commit-rollback.ts'
import { findRollbackTarget } from '../rollback/find-rollback-target.ts'
import type { RolloutTarget } from '../rollout/rollout-target.ts'

type Operation = DeepReadonly<ApplicationOperation>
type Answer = Pick<OperationResult, 'outcome' | 'message'> & { readonly commit?: string }

const HISTORY_MAX = 200

/**
 * Does what a person asked for in `operation`, answers in `status.operation`, and takes the request away. A request that
 * was answered already (the engine died in between) is only taken away; each effect can be repeated.
 */
export async function answerOperation(
  context: SyncContext,
  live: LiveApplication,
  target: RolloutTarget,
): Promise<LiveApplication> {
  const { operation } = live
  if (operation === undefined) return live
  const { name } = live.metadata
  if (live.status?.operation?.id !== operation.id) {
    const answer = await answerOf(context, live, target, operation)
    const { id, type, requestedBy } = operation
    await changeStatus(context.client, name, status => ({
      ...status,
      operation: { id, type, ...answer, ...(requestedBy !== undefined && { requestedBy }) },
    }))
    context.log.log('info', 'request answered', { application: name, type, by: requestedBy, outcome: answer.outcome })
  }
  const body = [
    { op: 'test', path: '/operation/id', value: operation.id },
    { op: 'remove', path: '/operation' },
  ]
  const cleared = await context.client.patch(Application, { name }, { type: 'json', body })
  context.signals.changed(name)
  return cleared
}

function answerOf(
  context: SyncContext,
  live: LiveApplication,
  target: RolloutTarget,
  operation: Operation,
): Promise<Answer> {
  if (operation.type === 'approve') return approve(context, live, operation)
  if (operation.type === 'retry') return retry(context, live, target, operation)
  return rollBack(context, live, target, operation)
}

async function approve({ client }: SyncContext, live: LiveApplication, operation: Operation): Promise<Answer> {
  const { name } = live.metadata
  const { held } = live.status ?? {}
  if (held === undefined) return refused(`nothing of ${name} waits for an approval`)
  if (!namesDigest(operation.digest ?? '', held.digest)) {
    return refused(
      `the list that waits now has the digest ${held.digest.slice(0, 16)}: look at it again (pintle status ${name}), then approve that one`,
    )
  }
  const by = operation.requestedBy ?? 'unknown'
  await changeStatus(client, name, status => ({
    ...status,
    approval: { digest: held.digest, objects: held.objects, by },
  }))
  return done(`${countOf(held.objects.length, 'delete')} approved`)
}

async function retry(
  { client }: SyncContext,
  live: LiveApplication,
  target: RolloutTarget,
  operation: Operation,
): Promise<Answer> {
  const { name } = live.metadata
  if (live.status?.rollout !== undefined) return refused(`${live.status.rollout} is under way; nothing to retry yet`)
  await changeStatus(client, name, status => ({
    ...withoutBar(status, target.inputDigest),
    request: { cause: 'retry', by: operation.requestedBy ?? 'unknown' },
  }))
  return done(`${shortCommit(target.commit)} is tried again`)
}

async function rollBack(
  context: SyncContext,
  live: LiveApplication,
  target: RolloutTarget,
  operation: Operation,
): Promise<Answer> {
  const { name } = live.metadata
  const made = await findRequestCommit(context, operation.id)
  if (made !== undefined) return done(`rolled back by ${shortCommit(made)}`, made)
  if (target.rendered === undefined)
    return refused(`${name} is not in the repository any more; bring its directory back with git revert`)
  const record = await findRollbackTarget(context, name, live.status ?? {}, target.inputDigest, operation.to)
  if (record === undefined) return refused(noTarget(name, operation.to))
  if (record.inputDigest === target.inputDigest)
    return refused(`${record.name} had the inputs that ${name} has now: nothing to roll back`)
  if (record.inputs.length === 0) return refused(`${record.name} removed the application: nothing to go back to`)
  const rollout =
    live.status?.attempted?.inputDigest === target.inputDigest
      ? live.status.attempted.rollout
      : live.status?.lastRollout
  const bar = { inputDigest: target.inputDigest, commit: target.commit, rollout: rollout ?? 0 }
  const { barred } = live.status ?? {}
  await changeStatus(context.client, name, status => withBar(withoutBar(status, record.inputDigest), bar))
  const result = await commitRestore(context, {
    application: name,
    path: target.rendered.path,
    of: rolloutName(name, rollout ?? 0),
    to: record.name,
    commit: record.commit,
    inputs: record.inputs,
    onlyIfInputs: target.inputDigest,
    withShared: operation.withShared ?? false,
    requestedBy: operation.requestedBy ?? 'unknown',
    reasons: live.status?.reasons ?? [],
    requestId: operation.id,
  })
  if (result.type !== 'refused')
    return done(`rolled back to ${record.name} by ${shortCommit(result.commit)}`, result.commit)
  await changeStatus(context.client, name, ({ barred: _, ...status }) => ({
    ...status,
    ...(barred !== undefined && { barred }),
  }))
  return refused(result.message)
}

/** The commit that an earlier life of the engine made for this request. */
async function findRequestCommit({ git, settings }: SyncContext, id: string): Promise<string | undefined> {
  const tip = await git.readRef(settings.ref)
  if (tip === undefined) return undefined
  const commits = await git.history(tip, HISTORY_MAX)
  return commits.find(({ message }) => findTrailer(parseTrailers(message), 'Request') === id)?.id
}

function noTarget(name: string, to: number | undefined): string {
  return to === undefined
    ? `no earlier rollout of ${name} became healthy with other inputs: nothing to go back to`
    : `there is no rollout ${rolloutName(name, to)}; see: pintle history ${name}`
}

function done(message: string, commit?: string): Answer {
  return { outcome: 'Done', message, ...(commit !== undefined && { commit }) }
}

function refused(message: string): Answer {
  return { outcome: 'Refused', message }
}
