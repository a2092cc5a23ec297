import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import type { DesiredReader } from '../engine/desired-reader.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { digestOf } from '../object/digest.ts'
import type { CommitPlan } from '../plan/plan-commit.ts'
import { differingApplications, introducedProblems, planCommit } from '../plan/plan-commit.ts'
import type { SourceProblem } from '../source/source-problem.ts'

/** What merging a commit into the deployed branch would do. */
export interface ProposalPlan {
  readonly plan: CommitPlan
  /** Errors that it would bring in. */
  readonly problems: readonly SourceProblem[]
  /** The deployed commit it was compared with. */
  readonly base: ObjectId | undefined
  readonly digest: string
}

export async function planProposal(
  context: SyncContext,
  reader: DesiredReader,
  objects: GitRepository,
  commit: ObjectId,
  signal?: AbortSignal,
): Promise<ProposalPlan> {
  const base = await context.git.readRef(context.settings.ref)
  const before = base === undefined ? undefined : await reader.read(context.git, base)
  const after = await reader.read(objects, commit)
  const plan = await planCommit(context, after, differingApplications(before, after), signal)
  const problems = introducedProblems(plan, before, after)
  return { plan, problems, base, digest: digestOf(plan.applications.map(({ name, digest }) => [name, digest])) }
}
