import { equalJson } from '../../api/equal-json.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import type { RolloutSummary } from '../../api/kinds/gitops/rollout.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import { rolloutName } from '../engine/application-object.ts'
import type { DesiredState } from '../engine/desired-state.ts'
import { REMOVED_DIGEST } from '../engine/removed-digest.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { DeleteList } from '../guard/approval.ts'
import { deleteListOf, isApproved } from '../guard/approval.ts'
import { compareText } from '../object/object-ref.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import { problemKey } from '../source/source-problem.ts'
import { formatPlan, summaryOf } from './format-plan.ts'
import { planForCluster } from './plan-for-cluster.ts'

/** What one commit would change in the cluster. */
export interface CommitPlan {
  readonly commit: string
  readonly applications: readonly ApplicationPlan[]
  /** Trouble that belongs to no application. */
  readonly problems: readonly SourceProblem[]
}

export interface ApplicationPlan {
  readonly name: string
  readonly digest: string
  readonly summary: RolloutSummary
  /** In words, one line each; empty when there is nothing to do. */
  readonly lines: readonly string[]
  /** What makes the application Invalid. */
  readonly problems: readonly SourceProblem[]
  /** Deletes that would wait for an approval. */
  readonly held?: DeleteList & { readonly reasons: readonly string[] }
  /** The rollout in which these inputs failed before. */
  readonly barredBy?: string
}

/**
 * Plans the applications `names` of a commit against the cluster as it is. Stops early when `signal` is aborted; throws
 * on passing trouble.
 */
export async function planCommit(
  context: SyncContext,
  desired: DesiredState,
  names: Iterable<string>,
  signal?: AbortSignal,
): Promise<CommitPlan> {
  const { items } = await context.client.list(Application)
  const live = new Map(items.map(item => [item.metadata.name, item]))
  const applications: ApplicationPlan[] = []
  for (const name of [...names].sort(compareText)) {
    signal?.throwIfAborted()
    applications.push(await planOne(context, desired, name, live.get(name)))
  }
  return { commit: desired.commit, applications, problems: desired.problems }
}

async function planOne(
  context: SyncContext,
  desired: DesiredState,
  name: string,
  live: LiveApplication | undefined,
): Promise<ApplicationPlan> {
  const rendered = desired.applications.get(name)
  const inputDigest = rendered?.inputDigest ?? REMOVED_DIGEST
  const { plan, digest } = await planForCluster(context, { name, rendered, live, desired, inputDigest })
  const problems = [...(rendered?.problems ?? []), ...plan.problems]
  const list = deleteListOf(name, plan.deletes)
  const isHeld = plan.guard.held && !isApproved(list, live?.status?.approval)
  const bar = live?.status?.barred?.find(each => each.inputDigest === inputDigest)
  return {
    name,
    digest,
    summary: { ...summaryOf(plan), held: isHeld ? list.objects.length : 0 },
    // A plan with holes would promise what is not going to happen.
    lines: problems.length > 0 ? [] : formatPlan(plan),
    problems,
    ...(isHeld && problems.length === 0 && { held: { ...list, reasons: plan.guard.reasons } }),
    ...(bar !== undefined && { barredBy: rolloutName(name, bar.rollout) }),
  }
}

/** Applications that differ between two desired states. */
export function differingApplications(before: DesiredState | undefined, after: DesiredState): readonly string[] {
  const names = new Set([...(before?.applications.keys() ?? []), ...after.applications.keys()])
  return [...names].filter(name => {
    const [old, now] = [before?.applications.get(name), after.applications.get(name)]
    return old?.inputDigest !== now?.inputDigest || old?.problems.length !== now?.problems.length
  })
}

/** Problems of `plan` that `before` did not have: what this commit would break. */
export function introducedProblems(
  plan: CommitPlan,
  before: DesiredState | undefined,
  after: DesiredState,
): readonly SourceProblem[] {
  const old = new Set((before?.problems ?? []).map(problemKey))
  const introduced = plan.problems.filter(problem => !old.has(problemKey(problem)))
  for (const { name, problems } of plan.applications) {
    const was = before?.applications.get(name)
    const known = new Set((was?.problems ?? []).map(problemKey))
    introduced.push(
      ...problems.filter(
        problem => !known.has(problemKey(problem)) && !stoodBefore(problem, was, after.applications.get(name)),
      ),
    )
  }
  return introduced
}

/** The server refuses an object that this commit did not touch: somebody else's trouble. */
function stoodBefore(
  problem: SourceProblem,
  was: RenderedApplication | undefined,
  now: RenderedApplication | undefined,
): boolean {
  const object = now?.objects.find(each => each.path === problem.path && each.line === problem.line)
  const old = object === undefined ? undefined : was?.objects.find(each => each.key === object.key)
  return object !== undefined && old !== undefined && equalJson(object.object, old.object)
}
