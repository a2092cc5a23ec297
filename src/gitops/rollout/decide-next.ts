import type { ApplicationStatus, Bar } from '../../api/kinds/gitops/application.ts'
import type { RolloutCause } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'

export interface NextInput {
  readonly status: DeepReadonly<ApplicationStatus>
  /** What Git wants now. */
  readonly inputDigest: string
  readonly judgeDigest: string
  readonly suspended: boolean
  /** Why it cannot start yet, e.g. an application it depends on; undefined = it can. */
  readonly waitingFor: string | undefined
  /** Its files are wrong: nothing will be applied, so nothing is waited for. */
  readonly invalid: boolean
  /** The held deletes are approved. */
  readonly approved: boolean
  /** The application is not in Git any more. */
  readonly removed: boolean
  /** The commit that changed it was made by a rollback. */
  readonly byRollback: boolean
}

export type NextStep =
  /** What is attempted is what is wanted. */
  | { readonly type: 'steady' }
  | { readonly type: 'suspended' }
  | { readonly type: 'wait'; readonly message: string }
  | { readonly type: 'start'; readonly cause: RolloutCause; readonly bar?: DeepReadonly<Bar> }

/** What an application without a running rollout does next. Pure. */
export function decideNext(input: NextInput): NextStep {
  const { status, inputDigest } = input
  const { attempted } = status
  if (status.request !== undefined && !input.suspended) return startOrWait(input, status.request.cause)
  if (attempted?.inputDigest === inputDigest && attempted.outcome !== 'Superseded') {
    if (attempted.outcome === 'Invalid' && attempted.judgeDigest !== input.judgeDigest)
      return startOrWait(input, 'push')
    if (status.held !== undefined && input.approved && !input.suspended)
      return input.removed ? startOrWait(input, 'approval') : { type: 'start', cause: 'approval' }
    return { type: 'steady' }
  }
  const bar = status.barred?.find(each => each.inputDigest === inputDigest)
  if (bar !== undefined) return { type: 'start', cause: causeOf(input), bar }
  if (input.suspended) return { type: 'suspended' }
  return startOrWait(input, causeOf(input))
}

function startOrWait(input: NextInput, cause: RolloutCause): NextStep {
  if (input.waitingFor !== undefined && !input.invalid) return { type: 'wait', message: input.waitingFor }
  return { type: 'start', cause }
}

function causeOf({ status, inputDigest, removed, byRollback }: NextInput): RolloutCause {
  if (removed) return 'removal'
  if (status.attempted === undefined && status.applied?.inputDigest === inputDigest) return 'restore'
  return byRollback ? 'rollback' : 'push'
}
