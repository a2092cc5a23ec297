import { isApiError } from '../../api/api-error.ts'
import { GITOPS_API_VERSION } from '../../api/kinds/gitops/gitops-schema.ts'
import type { PullRequestStatus } from '../../api/kinds/gitops/pull-request.ts'
import { PullRequest } from '../../api/kinds/gitops/pull-request.ts'
import type { DeepReadonly, Json } from '../../api/object.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import type { PrintLine, PushedRef } from '../../git/push-gate.ts'
import { isEngineRef } from '../../git/ref-name.ts'
import type { DesiredReader } from '../engine/desired-reader.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { countOf, showText } from '../object/show-text.ts'
import type { CommitPlan } from '../plan/plan-commit.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import { formatProblem } from '../source/source-problem.ts'
import { planProposal } from './plan-proposal.ts'
import { printPlan } from './print-plan.ts'

const BRANCHES = 'refs/heads/'
const TITLE_LENGTH_MAX = 200
const PROBLEMS_SHOWN_MAX = 20
const NUMBERS_TRIED_MAX = 100
const PLAN_LINES_MAX = 200
/** Open pull requests that are kept fresh. */
const PLANNED_MAX = 50

/** Branches that propose: every one but the deployed branch, the engine's own and `wip/**`. */
export function isProposalRef(ref: string, deployed: string): boolean {
  return ref.startsWith(BRANCHES) && ref !== deployed && !isEngineRef(ref) && !ref.startsWith(`${BRANCHES}wip/`)
}

/** What a proposal would do, for its author. It lands in any case. */
export function describeProposal(plan: CommitPlan, problems: readonly SourceProblem[], print: PrintLine): void {
  printPlan(plan, print)
  if (problems.length === 0) return
  print(`Not ready to merge: ${countOf(problems.length, 'error')}.`)
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) print(`  ${formatProblem(problem)}`)
}

type LiveRequest = DeepReadonly<PullRequest>

/** Opens a PullRequest with the first push of a branch, follows later ones, closes it when the branch is deleted. */
export class PullRequests {
  readonly #context: SyncContext
  readonly #reader: DesiredReader

  constructor(context: SyncContext, reader: DesiredReader) {
    this.#context = context
    this.#reader = reader
  }

  async pushed(update: PushedRef, pusher: string, draft: boolean, print: PrintLine): Promise<void> {
    const source = update.ref.slice(BRANCHES.length)
    const { items } = await this.#context.client.list(PullRequest)
    const open = items.find(({ spec, status }) => spec.source === source && (status?.state ?? 'Open') === 'Open')
    if (update.new === undefined) return this.#close(open, print)
    if (open !== undefined) {
      await this.#write(open, await this.#openStatus(update.new))
      print(`Pull request ${open.metadata.name} updated: ${showText(open.spec.title, 120)}`)
      return undefined
    }
    const created = await this.#create(items, source, update.new, pusher, draft)
    await this.#write(created, await this.#openStatus(update.new))
    print(
      `Pull request ${created.metadata.name} opened${draft ? ' as a draft' : ''}: ${showText(created.spec.title, 120)}`,
    )
    print(`Merge it with: git merge ${showText(source, 120)}, on main, and push.`)
    return undefined
  }

  /**
   * Brings open pull requests to what the refs say, whoever moved them, and plans those anew whose source or target has
   * moved: a plan is never older than both.
   */
  async refresh(): Promise<void> {
    const { client, git, settings } = this.#context
    const open = (await client.list(PullRequest)).items.filter(({ status }) => (status?.state ?? 'Open') === 'Open')
    const tip = await git.readRef(settings.ref)
    for (const request of open.slice(0, PLANNED_MAX)) {
      const commit = await git.readRef(`${BRANCHES}${request.spec.source}`)
      const last = commit ?? request.status?.commit
      const isMerged = tip !== undefined && last !== undefined && (await git.isAncestor(last, tip))
      if (isMerged || commit === undefined) {
        await this.#write(request, { ...request.status, state: isMerged ? 'Merged' : 'Closed' } as PullRequestStatus)
      } else if (commit !== request.status?.commit || tip !== request.status.base) {
        await this.#write(request, await this.#openStatus(commit))
      }
    }
  }

  async #openStatus(commit: ObjectId): Promise<PullRequestStatus> {
    const { plan, problems, base, digest } = await planProposal(this.#context, this.#reader, this.#context.git, commit)
    return {
      state: 'Open',
      commit,
      planDigest: digest,
      plan: plan.applications.flatMap(({ lines }) => lines).slice(0, PLAN_LINES_MAX),
      ...(base !== undefined && { base }),
      ...(problems.length > 0 && { problems: problems.slice(0, PROBLEMS_SHOWN_MAX).map(formatProblem) }),
    }
  }

  async #create(
    known: readonly LiveRequest[],
    source: string,
    commit: string,
    author: string,
    draft: boolean,
  ): Promise<LiveRequest> {
    const { git, client, settings } = this.#context
    const [line = ''] = (await git.readCommit(commit)).message.split('\n', 1)
    const title = line.slice(0, TITLE_LENGTH_MAX)
    const target = settings.ref.slice(BRANCHES.length)
    let number = Math.max(0, ...known.map(({ spec }) => spec.number))
    for (let tried = 0; tried < NUMBERS_TRIED_MAX; tried++) {
      number += 1
      const spec = { number, source, target, title, author, ...(draft && { draft }) }
      try {
        return await client.create(PullRequest, {
          apiVersion: GITOPS_API_VERSION,
          kind: 'PullRequest',
          metadata: { name: `pr-${number}` },
          spec,
        })
      } catch (error) {
        if (!isApiError(error, 'AlreadyExists')) throw error
      }
    }
    throw new Error('no free number for a pull request')
  }

  async #close(open: LiveRequest | undefined, print: PrintLine): Promise<void> {
    if (open === undefined) return
    const { git, settings } = this.#context
    const tip = await git.readRef(settings.ref)
    const { commit } = open.status ?? {}
    const isMerged = tip !== undefined && commit !== undefined && (await git.isAncestor(commit, tip))
    await this.#write(open, { ...open.status, state: isMerged ? 'Merged' : 'Closed' } as PullRequestStatus)
    print(`Pull request ${open.metadata.name} ${isMerged ? 'was merged' : 'closed'}.`)
  }

  async #write({ metadata }: LiveRequest, status: PullRequestStatus): Promise<void> {
    const body: Json[] = [{ op: 'add', path: '/status', value: status as unknown as Json }]
    await this.#context.client.patch(
      PullRequest,
      { name: metadata.name },
      { type: 'json', body },
      { subresource: 'status' },
    )
  }
}
