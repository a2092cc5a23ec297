import type { Bar } from '../../api/kinds/gitops/application.ts'
import type { RolloutCause, RolloutSpec } from '../../api/kinds/gitops/rollout.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatTime } from '../../lib/clock.ts'
import { applyObjects, deleteObjects, keysOf } from '../apply/apply-objects.ts'
import { readLive } from '../apply/read-live.ts'
import type { LiveApplication, LiveRollout } from '../engine/application-object.ts'
import { changeRollout, changeStatus, ensureRollout } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { DeleteList } from '../guard/approval.ts'
import { deleteListOf, isApproved } from '../guard/approval.ts'
import { observeHealth } from '../health/observe-health.ts'
import { readInventory, toInventory, unionInventory } from '../object/inventory.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { refKey } from '../object/object-ref.ts'
import { countOf, shortCommit } from '../object/show-text.ts'
import { formatPlan, summaryOf } from '../plan/format-plan.ts'
import type { Plan } from '../plan/plan.ts'
import type { ClusterPlan } from '../plan/plan-for-cluster.ts'
import { planForCluster } from '../plan/plan-for-cluster.ts'
import { lastRecordedNumber } from '../record/read-records.ts'
import { HEALTH_TIMEOUT_DEFAULT_MS } from '../source/application-settings.ts'
import { RolloutEnd } from './rollout-end.ts'
import type { RolloutTarget } from './rollout-target.ts'

export interface StartReason {
  readonly cause: RolloutCause
  readonly bar?: DeepReadonly<Bar>
  readonly requestedBy?: string
}

/** `finished`: look for what is next; a number: look again in so many milliseconds. */
export type RunResult = { readonly type: 'finished' } | { readonly type: 'running'; readonly againMs: number }

/** Who pushed the engine's own commits. */
const ENGINE = 'pintle'
const NUMBERS_TRIED_MAX = 100
const PLAN_LINES_MAX = 200
const RETRY_MS = 2_000

/**
 * The state machine of one application's rollouts. Every step is written to the store before its effect, and each may be
 * repeated: a crash anywhere continues here.
 */
export class RolloutRunner {
  readonly #context: SyncContext
  readonly #end: RolloutEnd

  constructor(context: SyncContext) {
    this.#context = context
    this.#end = new RolloutEnd(context)
  }

  async start(live: LiveApplication, target: RolloutTarget, reason: StartReason): Promise<RunResult> {
    this.#context.memory.begun.set(target.name, target.inputDigest)
    const rollout = await this.#create(live, target, reason)
    this.#context.memory.startedAt.set(rollout.metadata.name, this.#context.clock.monotonic())
    if (reason.bar !== undefined) return this.#end.barred(rollout, target, reason.bar)
    const { rendered } = target
    if (rendered !== undefined && rendered.problems.length > 0)
      return this.#end.invalid(rollout, target, rendered.problems)
    const planned = await this.#plan(live, target)
    if (planned.plan.problems.length > 0) return this.#end.invalid(rollout, target, planned.plan.problems)
    const begun = await this.#begin(rollout, target, planned)
    return this.#apply(begun, rollout, target, planned)
  }

  /** Goes on with a rollout found under way: after a restart, or because something changed. */
  async goOn(live: LiveApplication, rollout: LiveRollout, target: RolloutTarget): Promise<RunResult> {
    if (isFinished(rollout)) return this.#end.adopt(rollout, target)
    if (rollout.spec.inputDigest !== target.inputDigest) return this.#end.superseded(live, rollout, target)
    if (rollout.status?.phase === 'Waiting') return this.#judge(live, rollout, target)
    // Rolled back before all of it was applied: what is barred is not gone on with.
    const bar = live.status?.barred?.find(each => each.inputDigest === target.inputDigest)
    if (bar !== undefined) return this.#end.barred(rollout, target, bar)
    // Rules or other applications may have changed since it began: what is refused now must not be taken for absent.
    const problems = target.rendered?.problems ?? []
    if (problems.length > 0) return this.#end.invalid(rollout, target, problems)
    const planned = await this.#plan(live, target)
    if (planned.plan.problems.length > 0) return this.#end.invalid(rollout, target, planned.plan.problems)
    return this.#apply(await this.#begin(rollout, target, planned), rollout, target, planned)
  }

  async #create(live: LiveApplication, target: RolloutTarget, reason: StartReason): Promise<LiveRollout> {
    const { name, commit, inputDigest, rendered } = target
    const { memory, settings, git } = this.#context
    const isOurs = reason.cause === 'rollback'
    const pushedBy = isOurs ? ENGINE : (memory.pushers.get(commit) ?? (await settings.pusherOf(commit)))
    let number = (live.status?.lastRollout ?? (await lastRecordedNumber(git, name))) + 1
    for (let tried = 0; tried < NUMBERS_TRIED_MAX; tried++, number++) {
      const spec: RolloutSpec = {
        application: name,
        number,
        cause: reason.cause,
        commit,
        inputDigest,
        inputs: (rendered?.inputs ?? []).map(({ path, blob }) => ({ path, blob })),
        ...(pushedBy !== undefined && { pushedBy }),
        ...(reason.requestedBy !== undefined && { requestedBy: reason.requestedBy }),
      }
      const rollout = await ensureRollout(this.#context.client, spec)
      if (rollout.spec.inputDigest === inputDigest && !isFinished(rollout)) return rollout
      // Left behind by a crash between its creation and the application's status.
      if (!isFinished(rollout))
        await this.#end.close(rollout, { phase: 'Superseded', message: 'superseded before it began', reasons: [] })
    }
    throw new Error(`no free number for a rollout of ${name}`)
  }

  #plan(live: LiveApplication, { name, rendered, desired, inputDigest }: RolloutTarget): Promise<ClusterPlan> {
    const neverPrune = this.#context.memory.neverPrune.has(name) ? NEVER_PRUNE : undefined
    const subject = { name, rendered, live, desired, inputDigest, ...(neverPrune !== undefined && { neverPrune }) }
    return planForCluster(this.#context, subject)
  }

  /** Writes the inventory, a superset of what is there and what will be, before anything is applied. */
  async #begin(rollout: LiveRollout, target: RolloutTarget, { plan, digest }: ClusterPlan): Promise<LiveApplication> {
    const { client, clock } = this.#context
    const refs = (target.rendered?.objects ?? []).map(object => object.ref)
    const live = await changeStatus(client, target.name, ({ request: _, ...status }) => ({
      ...status,
      phase: 'Progressing',
      message: `applying ${shortCommit(target.commit)} as ${rollout.metadata.name}`,
      reasons: [],
      desired: { commit: target.commit, inputDigest: target.inputDigest },
      rollout: rollout.metadata.name,
      lastRollout: rollout.spec.number,
      inventory: unionInventory(refs, readInventory(status.inventory)),
    }))
    await changeRollout(client, rollout.metadata.name, {
      phase: 'Applying',
      startedAt: rollout.status?.startedAt ?? formatTime(clock.now()),
      planDigest: digest,
      summary: summaryOf(plan),
      plan: formatPlan(plan).slice(0, PLAN_LINES_MAX),
    })
    this.#context.signals.changed(target.name)
    return live
  }

  async #apply(
    live: LiveApplication,
    rollout: LiveRollout,
    target: RolloutTarget,
    { plan }: ClusterPlan,
  ): Promise<RunResult> {
    const { client } = this.#context
    const held = heldList(plan, live)
    const mayReplace = held === undefined ? plan.actions.filter(({ verb }) => verb === 'replace') : []
    const objects = target.rendered?.objects ?? []
    const waiting = new Set(plan.actions.filter(({ verb }) => verb === 'replace').map(({ ref }) => refKey(ref)))
    const now = held === undefined ? objects : objects.filter(({ key }) => !waiting.has(key))
    const { failures, waitingFor } = await applyObjects(client, now, keysOf(mayReplace.map(({ ref }) => ref)))
    const lasting = failures.filter(failure => !failure.passing)
    if (lasting.length > 0) {
      return this.#end.failed(
        rollout,
        target,
        lasting.map(failure => failure.message),
      )
    }
    if (failures.length > 0 || waitingFor.length > 0) {
      const reasons =
        failures.length > 0
          ? failures.map(({ message }) => message)
          : waitingFor.map(what => `${what} is not healthy, the next wave waits`)
      if (this.#isOverdue(rollout, target)) return this.#end.failed(rollout, target, reasons)
      return { type: 'running', againMs: this.#againMs(rollout, target, failures.length > 0) }
    }
    return this.#prune(rollout, target, plan, held)
  }

  async #prune(
    rollout: LiveRollout,
    target: RolloutTarget,
    plan: Plan,
    held: DeleteList | undefined,
  ): Promise<RunResult> {
    const { client, memory } = this.#context
    // Applied once after the store was lost: from now on what Git dropped meanwhile may go, by a plan made anew.
    if (memory.neverPrune.delete(target.name) && plan.actions.some(({ why }) => why === NEVER_PRUNE))
      return { type: 'running', againMs: 0 }
    const deletes = held === undefined ? plan.actions.filter(({ verb }) => verb === 'delete').map(({ ref }) => ref) : []
    const failures = await deleteObjects(client, deletes)
    // Tried until they are done: nobody would look again at what stayed once this rollout has ended.
    if (failures.some(({ passing }) => passing) && !this.#isOverdue(rollout, target)) {
      return { type: 'running', againMs: this.#againMs(rollout, target, true) }
    }
    const refs = (target.rendered?.objects ?? []).map(object => object.ref)
    const staying = stayingRefs(
      plan,
      held,
      failures.map(({ ref }) => ref),
    )
    const summary = { ...summaryOf(plan), held: held?.objects.length ?? 0, delete: deletes.length }
    memory.waitingSince.set(rollout.metadata.name, this.#context.clock.monotonic())
    const { number } = rollout.spec
    const judged = await changeStatus(client, target.name, ({ held: _, approval, ...status }) => ({
      ...status,
      message: `${rollout.metadata.name} is applied and becomes healthy`,
      applied: { commit: target.commit, inputDigest: target.inputDigest, rollout: number },
      inventory: toInventory([...refs, ...staying]),
      ...(held !== undefined && { held: { ...held, reasons: plan.guard.reasons } }),
      ...(held !== undefined && approval !== undefined && { approval }),
    }))
    // Last: until then a crash applies again, and with it everything above is written again.
    await changeRollout(client, rollout.metadata.name, { phase: 'Waiting', summary })
    this.#context.signals.changed(target.name)
    return this.#judge(judged, rollout, target)
  }

  async #judge(live: LiveApplication, rollout: LiveRollout, target: RolloutTarget): Promise<RunResult> {
    const { client, signals } = this.#context
    const objects = target.rendered?.objects ?? []
    const { health, reasons, healthyCount } = await observeHealth(client, objects)
    if (health === 'Healthy') return this.#end.healthy(live, rollout, target)
    if (health === 'Degraded' || this.#isOverdue(rollout, target)) {
      const seconds = Math.round(timeoutOf(target) / 1000)
      const why = health === 'Degraded' ? 'it cannot become healthy' : `not healthy within ${seconds}s`
      return this.#end.unhealthy(rollout, target, { phase: 'Degraded', message: why, reasons })
    }
    await changeStatus(client, target.name, status => ({
      ...status,
      phase: 'Progressing',
      health,
      message: progressText(healthyCount, objects.length, reasons),
      reasons,
    }))
    signals.changed(target.name)
    return { type: 'running', againMs: this.#againMs(rollout, target, false) }
  }

  #isOverdue(rollout: LiveRollout, target: RolloutTarget): boolean {
    return this.#waitedMs(rollout) >= timeoutOf(target)
  }

  #waitedMs({ metadata }: LiveRollout): number {
    const { memory, clock } = this.#context
    const nowMs = clock.monotonic()
    const sinceMs = memory.waitingSince.get(metadata.name)
    if (sinceMs === undefined) memory.waitingSince.set(metadata.name, nowMs)
    return nowMs - (sinceMs ?? nowMs)
  }

  #againMs(rollout: LiveRollout, target: RolloutTarget, soon: boolean): number {
    const leftMs = Math.max(1, timeoutOf(target) - this.#waitedMs(rollout))
    return soon ? Math.min(RETRY_MS, leftMs) : leftMs
  }
}

/** `2 of 3 objects are healthy; Deployment hello/web: 0 of 2 replicas are available`. */
function progressText(healthyCount: number, count: number, reasons: readonly string[]): string {
  const why = reasons[0] === undefined ? '' : `; ${reasons[0]}`
  return `${healthyCount} of ${countOf(count, 'object')} ${healthyCount === 1 ? 'is' : 'are'} healthy${why}`
}

const NEVER_PRUNE = 'the live store was lost: nothing is deleted until everything was applied once'

/** The deletes that wait for a person; undefined when there are none or they are approved. */
function heldList(plan: Plan, live: LiveApplication): DeleteList | undefined {
  if (!plan.guard.held) return undefined
  const list = deleteListOf(plan.application, plan.deletes)
  return isApproved(list, live.status?.approval) ? undefined : list
}

/** What stays in the inventory although Git does not name it: kept, held, or not deleted yet. */
function stayingRefs(plan: Plan, held: DeleteList | undefined, failed: readonly ObjectRef[]): readonly ObjectRef[] {
  const staying = plan.actions.filter(({ verb }) => verb === 'keep' || (held !== undefined && verb === 'delete'))
  return [...staying.map(({ ref }) => ref), ...failed]
}

function timeoutOf({ rendered }: RolloutTarget): number {
  return rendered?.settings.healthTimeoutMs ?? HEALTH_TIMEOUT_DEFAULT_MS
}

/** The rollout an application's status says is under way; undefined when none is. */
export async function runningRollout(context: SyncContext, live: LiveApplication): Promise<LiveRollout | undefined> {
  const name = live.status?.rollout
  return name === undefined ? undefined : readLive(context.client, Rollout, { name })
}
