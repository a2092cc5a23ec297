import { Application } from '../../api/kinds/gitops/application.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import type { LiveRollout } from '../engine/application-object.ts'
import { changeStatus, rolloutName } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import { withBar } from './bars.ts'
import { commitRestore } from './commit-rollback.ts'
import { findRollbackTarget } from './find-rollback-target.ts'

export interface AutomaticRollback {
  readonly commit: ObjectId
  /** The rollout gone back to. */
  readonly to: string
}

/**
 * One step back after a failed rollout, when the application asks for it. A rollout that was itself a rollback is never
 * rolled back: one automatic step, then a person decides. The bar is written before the commit, so that a crash between
 * the two ends in the same place.
 */
export async function rollBackAutomatically(
  context: SyncContext,
  rollout: LiveRollout,
  rendered: RenderedApplication | undefined,
  reasons: readonly string[],
): Promise<AutomaticRollback | undefined> {
  const { application, number, commit, inputDigest, cause } = rollout.spec
  if (rendered?.settings.rollback !== 'onFailure' || cause === 'rollback') return undefined
  const live = await context.client.get(Application, { name: application })
  const target = await findRollbackTarget(context, application, live.status ?? {}, inputDigest)
  if (target === undefined) return undefined
  await changeStatus(context.client, application, status => withBar(status, { inputDigest, commit, rollout: number }))
  const to = rolloutName(application, target.number)
  const result = await commitRestore(context, {
    application,
    path: rendered.path,
    of: rollout.metadata.name,
    to,
    commit: target.commit,
    inputs: target.inputs,
    onlyIfInputs: inputDigest,
    withShared: false,
    requestedBy: 'pintle (rollback: onFailure)',
    reasons,
  })
  return result.type === 'refused' ? undefined : { commit: result.commit, to }
}
