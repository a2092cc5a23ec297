import type { GitRepository } from '../../git/git-repository.ts'
import type { PrintLine, Push, PushedRef, PushGate, PushVerdict } from '../../git/push-gate.ts'
import { isEngineRef } from '../../git/ref-name.ts'
import type { DesiredState } from '../engine/desired-state.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { SyncEngine } from '../engine/sync-engine.ts'
import { countOf, showText } from '../object/show-text.ts'
import type { CommitPlan } from '../plan/plan-commit.ts'
import { differingApplications, introducedProblems, planCommit } from '../plan/plan-commit.ts'
import { GRANTS_PATH } from '../source/source-application.ts'
import { followPush } from './follow-push.ts'
import { planProposal } from './plan-proposal.ts'
import { printPlan, printRefusal } from './print-plan.ts'
import { describeProposal, isProposalRef, PullRequests } from './pull-requests.ts'
import type { PushOptions } from './push-options.ts'
import { parsePushOptions } from './push-options.ts'

const PUSHERS_KEPT_MAX = 1_000
const REFUSED: PushVerdict = { accepted: false }
const ACCEPTED: PushVerdict = { accepted: true }

/**
 * What the sync engine says to a push: before, whether it may land and what it would do; after, how it goes. The engine
 * checks everything again before it applies, because a hook can be skipped.
 */
export function createPushGate(context: SyncContext, engine: SyncEngine): PushGate {
  const judge = new PushJudge(context, engine)
  const requests = new PullRequests(context, engine.reader)
  return {
    preReceive: (push, objects, print, signal) => judge.judge(push, objects, print, signal),
    async postReceive(push, print, signal) {
      const options = parsePushOptions(push.options)
      for (const update of push.updates) {
        if (isProposalRef(update.ref, context.settings.ref))
          await requests.pushed(update, push.pusher, options.draft, print)
      }
      const deployed = push.updates.find(({ ref }) => ref === context.settings.ref)
      engine.refsMayHaveMoved()
      if (deployed?.new === undefined) return
      if (options.noWait) print(`Landed. Watch it with: pintle wait ${deployed.new.slice(0, 12)}`)
      else await followPush(context, engine, deployed, print, signal)
    },
  }
}

class PushJudge {
  readonly #context: SyncContext
  readonly #engine: SyncEngine

  constructor(context: SyncContext, engine: SyncEngine) {
    this.#context = context
    this.#engine = engine
  }

  async judge(push: Push, objects: GitRepository, print: PrintLine, signal: AbortSignal): Promise<PushVerdict> {
    const options = parsePushOptions(push.options)
    for (const option of options.unknown)
      print(`Push option ${showText(option)} is not known; known are plan, nowait, wait=30s and draft.`)
    for (const update of push.updates) {
      const why = whyRefused(update, this.#context.settings.ref)
      if (why === undefined) continue
      print(why)
      return REFUSED
    }
    for (const update of push.updates) {
      const accepted = await this.#judgeUpdate(update, objects, options, print, signal)
      if (!accepted) return REFUSED
    }
    if (options.planOnly) {
      print(
        'This was only the plan (-o plan): nothing was pushed, so git reports an error below. Push without -o plan to land it.',
      )
      return REFUSED
    }
    for (const { ref, new: commit } of push.updates)
      if (ref === this.#context.settings.ref && commit) this.#notePusher(commit, push.pusher)
    return ACCEPTED
  }

  async #judgeUpdate(
    update: PushedRef,
    objects: GitRepository,
    options: PushOptions,
    print: PrintLine,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { settings } = this.#context
    if (update.new === undefined) return true
    if (update.ref === settings.ref) return this.#judgeDeployed(update, objects, options, print, signal)
    if (isProposalRef(update.ref, settings.ref)) await this.#showProposal(update.new, objects, print, signal)
    return true
  }

  async #judgeDeployed(
    { old, new: commit }: PushedRef,
    objects: GitRepository,
    options: PushOptions,
    print: PrintLine,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (commit === undefined) return true
    if (old !== undefined && !(await objects.isAncestor(old, commit))) {
      print(
        'main moves only forward, and this push would drop commits it has. Run: git pull --rebase, then push again.',
      )
      return false
    }
    const before = old === undefined ? undefined : await this.#read(objects, old)
    const after = await this.#read(objects, commit)
    const plan = await planCommit(this.#context, after, differingApplications(before, after), signal)
    const introduced = introducedProblems(plan, before, after)
    if (introduced.length > 0) {
      printRefusal(introduced, print)
      hintAtGrants(before, after, print)
      return false
    }
    printPlan(plan, print)
    printOldTrouble(plan, print)
    if (!options.planOnly && hasWork(plan)) print('')
    return true
  }

  /** A proposal lands whatever is wrong with it; its author is told. */
  async #showProposal(commit: string, objects: GitRepository, print: PrintLine, signal: AbortSignal): Promise<void> {
    const { plan, problems } = await planProposal(this.#context, this.#engine.reader, objects, commit, signal)
    describeProposal(plan, problems, print)
  }

  /** What is desired now is known already. */
  async #read(objects: GitRepository, commit: string): Promise<DesiredState> {
    const { desired } = this.#context.memory
    return desired?.commit === commit ? desired : this.#engine.reader.read(objects, commit)
  }

  #notePusher(commit: string, pusher: string): void {
    const { pushers } = this.#context.memory
    pushers.set(commit, pusher)
    for (const oldest of pushers.keys()) {
      if (pushers.size <= PUSHERS_KEPT_MAX) break
      pushers.delete(oldest)
    }
  }
}

/** Refs that no person moves. */
function whyRefused({ ref, new: target }: PushedRef, deployed: string): string | undefined {
  if (isEngineRef(ref)) return `${showText(ref)} is written by Pintle alone. Push to another branch.`
  if (ref === deployed && target === undefined) {
    return 'main is what runs in the cluster and cannot be deleted. To stop an application, remove its directory and push.'
  }
  return undefined
}

function hasWork({ applications }: CommitPlan): boolean {
  return applications.some(({ lines }) => lines.length > 0)
}

/** Trouble that was there before this push does not refuse it. */
function printOldTrouble({ applications }: CommitPlan, print: PrintLine): void {
  for (const { name, problems } of applications) {
    if (problems.length > 0)
      print(
        `${name}: still Invalid, with ${countOf(problems.length, 'error')} from before this push; see: pintle status ${name}`,
      )
  }
}

/** Whoever adds a grant and uses it in one push learns why that is two pushes. */
function hintAtGrants(before: DesiredState | undefined, after: DesiredState, print: PrintLine): void {
  const blob = (state: DesiredState | undefined) =>
    state?.applications.get('cluster')?.inputs.find(({ path }) => path === GRANTS_PATH)?.blob
  if (blob(before) === blob(after)) return
  print(
    `This push changes ${GRANTS_PATH} too: what it grants counts for the next push. Push the grants first, then what uses them.`,
  )
}
