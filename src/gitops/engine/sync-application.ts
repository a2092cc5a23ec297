import { Application } from '../../api/kinds/gitops/application.ts'
import { findTrailer, parseTrailers } from '../../git/trailers.ts'
import { healApplication } from '../drift/heal-application.ts'
import { approvalsInMessage, deleteListOf, isApproved, namesDigest } from '../guard/approval.ts'
import { observeHealth } from '../health/observe-health.ts'
import { answerOperation } from '../operations/answer-operation.ts'
import { planForCluster } from '../plan/plan-for-cluster.ts'
import { decideNext } from '../rollout/decide-next.ts'
import { NAMESPACE_GOING, removalWaitsFor, waitsFor } from '../rollout/readiness.ts'
import { RolloutRunner, runningRollout } from '../rollout/rollout-runner.ts'
import type { RolloutTarget } from '../rollout/rollout-target.ts'
import { readSourceTree } from '../source/source-reader.ts'
import type { LiveApplication } from './application-object.ts'
import { changeStatus, ensureApplication } from './application-object.ts'
import type { DesiredState } from './desired-state.ts'
import { REMOVED_DIGEST } from './removed-digest.ts'
import type { SyncContext } from './sync-context.ts'

/** Rollouts one pass may finish: each supersedes the one before, so more means the branch moves as fast as we do. */
const STEPS_MAX = 20

export interface SyncResult {
  /** Look again after so long; undefined = when something changes. */
  readonly againMs?: number
}

const SETTLED: SyncResult = {}
const LOOK_AGAIN_MS = 2_000
/** Until objects that could not be applied are tried again. */
const FAILED_AGAIN_MS = 60_000

/** Brings one application one step or more towards what Git wants. Level-triggered: reads everything first. */
export class ApplicationSync {
  readonly #context: SyncContext
  readonly #runner: RolloutRunner

  constructor(context: SyncContext) {
    this.#context = context
    this.#runner = new RolloutRunner(context)
  }

  async sync(name: string): Promise<SyncResult> {
    const { memory, client } = this.#context
    for (let step = 0; step < STEPS_MAX; step++) {
      if (memory.desired === undefined) return SETTLED
      const live = await ensureApplication(client, name, memory.desired.applications.get(name))
      if (live === undefined) return SETTLED
      // What is wanted now and the commit that says so, of one instant: a push moves both.
      const result = await this.#step(live, this.#target(name, memory.desired, live))
      if (result !== 'again') return result
    }
    return { againMs: 0 }
  }

  #target(name: string, desired: DesiredState, live: LiveApplication): RolloutTarget {
    const rendered = desired.applications.get(name)
    const inputDigest = rendered?.inputDigest ?? REMOVED_DIGEST
    const known = this.#context.memory.changedAt.get(name)
    const before = live.status?.desired
    // After a restart: the same inputs came from the commit that was noted then.
    const commit = known ?? (before?.inputDigest === inputDigest ? before.commit : desired.commit)
    if (known === undefined) this.#context.memory.changedAt.set(name, commit)
    return { name, rendered, desired, commit, inputDigest }
  }

  async #step(found: LiveApplication, target: RolloutTarget): Promise<SyncResult | 'again'> {
    const live = await answerOperation(this.#context, found, target)
    const running = await runningRollout(this.#context, live)
    if (running !== undefined) {
      const result = await this.#runner.goOn(live, running, target)
      return result.type === 'finished' ? 'again' : { againMs: result.againMs }
    }
    if (target.rendered === undefined && (live.status?.inventory?.length ?? 0) === 0) return this.#forget(live)
    return this.#next(await this.#approveByTrailer(live, target), target)
  }

  /** The application left Git and nothing of it is left in the cluster. */
  async #forget(live: LiveApplication): Promise<SyncResult> {
    const { client, memory, signals } = this.#context
    await client.delete(Application, { name: live.metadata.name })
    for (const known of [memory.changedAt, memory.begun, memory.heals, memory.unhealthySince])
      known.delete(live.metadata.name)
    signals.changed(live.metadata.name)
    return SETTLED
  }

  async #next(live: LiveApplication, target: RolloutTarget): Promise<SyncResult | 'again'> {
    const { client } = this.#context
    const { rendered, desired, inputDigest } = target
    const status = live.status ?? {}
    const waitingFor =
      rendered === undefined ? await this.#removalWaitsFor(live, target) : await waitsFor(client, rendered, desired)
    const next = decideNext({
      status,
      inputDigest,
      judgeDigest: desired.rules.digest,
      suspended: rendered?.settings.suspended ?? false,
      waitingFor,
      invalid: (rendered?.problems.length ?? 0) > 0,
      approved: status.held !== undefined && status.approval?.digest === status.held.digest,
      removed: rendered === undefined,
      byRollback: await this.#isRollback(target),
    })
    if (next.type === 'start') return this.#start(live, target, next)
    if (next.type === 'wait') {
      await this.#show(target, 'Pending', next.message)
      return next.message.startsWith(NAMESPACE_GOING) ? { againMs: LOOK_AGAIN_MS } : SETTLED
    }
    if (next.type === 'suspended')
      return this.#show(target, 'Suspended', 'suspended by application.yaml: nothing is applied')
    return this.#steady(target)
  }

  /** Deletes that a person has to release anyway are listed at once: only their release waits for other applications. */
  async #removalWaitsFor(live: LiveApplication, target: RolloutTarget): Promise<string | undefined> {
    const waitingFor = await removalWaitsFor(this.#context.client, target.name, target.desired)
    const isKnown = live.status?.attempted?.inputDigest === target.inputDigest
    if (waitingFor === undefined || isKnown || this.#context.memory.neverPrune.has(target.name)) return waitingFor
    const { plan } = await planForCluster(this.#context, { ...target, live })
    const isHeld = plan.guard.held && !isApproved(deleteListOf(target.name, plan.deletes), live.status?.approval)
    return isHeld ? undefined : waitingFor
  }

  async #start(
    live: LiveApplication,
    target: RolloutTarget,
    next: Extract<ReturnType<typeof decideNext>, { type: 'start' }>,
  ): Promise<SyncResult | 'again'> {
    const { request, approval } = live.status ?? {}
    const requestedBy =
      next.cause === 'retry'
        ? request?.by
        : next.cause === 'approval'
          ? approval?.by
          : await this.#rollbackBy(target, next.cause)
    const result = await this.#runner.start(live, target, {
      cause: next.cause,
      ...(next.bar !== undefined && { bar: next.bar }),
      ...(requestedBy !== undefined && { requestedBy }),
    })
    return result.type === 'finished' ? 'again' : { againMs: result.againMs }
  }

  async #show(target: RolloutTarget, phase: 'Pending' | 'Suspended', message: string): Promise<SyncResult> {
    const { name, commit, inputDigest } = target
    await changeStatus(this.#context.client, name, status => ({
      ...status,
      phase,
      message,
      desired: { commit, inputDigest },
    }))
    this.#context.signals.changed(name)
    return SETTLED
  }

  /** Nothing new: watch over what was applied. */
  async #steady(target: RolloutTarget): Promise<SyncResult> {
    const { commit, inputDigest } = target
    const live = await changeStatus(this.#context.client, target.name, status => ({
      ...status,
      desired: { commit, inputDigest },
    }))
    const applied = await this.#appliedTarget(live, target)
    if (applied === undefined) return SETTLED
    const { memory } = this.#context
    if (memory.driftDue.delete(target.name)) {
      const pauseMs = await this.#heal(live, applied)
      if (pauseMs !== undefined) return { againMs: pauseMs }
    }
    const watched = await this.#watchHealth(live, applied)
    if (live.status?.attempted?.outcome !== 'Failed' || live.status.phase !== 'Failed') return watched
    // What could not be applied is tried again, quietly: when it works, the application is healthy.
    memory.driftDue.add(target.name)
    return { againMs: FAILED_AGAIN_MS }
  }

  async #heal(live: LiveApplication, applied: RolloutTarget): Promise<number | undefined> {
    try {
      return await healApplication(this.#context, live, applied)
    } catch (error) {
      this.#context.memory.driftDue.add(live.metadata.name)
      throw error
    }
  }

  /** What runs, when that is not what Git wants now: the last good state of an application that is Invalid or barred. */
  async #appliedTarget(live: LiveApplication, target: RolloutTarget): Promise<RolloutTarget | undefined> {
    const applied = live.status?.applied
    if (applied === undefined) return undefined
    if (applied.inputDigest === target.inputDigest) return target
    if (applied.inputDigest === REMOVED_DIGEST) return undefined
    const { git, sources, client } = this.#context
    const tree = await readSourceTree(git, applied.commit, sources)
    const source = tree.applications.get(target.name)
    if (source?.inputDigest !== applied.inputDigest) return undefined
    const lastGood = this.#context.lastGood.render(source, target.desired.rules, client.kinds)
    const objects = lastGood.objects.filter(
      ({ key }) => (target.desired.claims.get(key) ?? target.name) === target.name,
    )
    return { ...target, rendered: { ...lastGood, objects }, commit: applied.commit, inputDigest: applied.inputDigest }
  }

  /** A replaced pod is no news, and for the time a rollout may take neither is an unhealthy object: then it is. */
  async #watchHealth(live: LiveApplication, target: RolloutTarget): Promise<SyncResult> {
    const { client, memory, clock } = this.#context
    const { health, reasons } = await observeHealth(client, target.rendered?.objects ?? [])
    if (health !== 'Progressing') {
      memory.unhealthySince.delete(target.name)
      await this.#noteHealth(live, health, reasons)
      return SETTLED
    }
    if (live.status?.health === 'Degraded') return SETTLED
    const nowMs = clock.monotonic()
    const sinceMs = memory.unhealthySince.get(target.name) ?? nowMs
    memory.unhealthySince.set(target.name, sinceMs)
    const leftMs = sinceMs + (target.rendered?.settings.healthTimeoutMs ?? 0) - nowMs
    if (leftMs > 0) return { againMs: leftMs }
    await this.#noteHealth(live, 'Degraded', reasons)
    return SETTLED
  }

  async #noteHealth(live: LiveApplication, health: 'Healthy' | 'Degraded', reasons: readonly string[]): Promise<void> {
    const { client, signals } = this.#context
    const { name } = live.metadata
    const { phase, health: before } = live.status ?? {}
    const followsHealth = phase === 'Healthy' || phase === 'Degraded' || phase === 'Failed'
    if (before === health && (!followsHealth || phase === health)) return
    await changeStatus(client, name, status => ({
      ...status,
      health,
      ...(followsHealth && {
        phase: health,
        message: health === 'Healthy' ? 'healthy again' : 'became unhealthy',
        reasons,
        ...(health === 'Healthy' && status.applied !== undefined && { healthy: status.applied }),
      }),
    }))
    signals.changed(name)
  }

  /** A `Pintle-Approve:` trailer of the newest commit releases the list it names. */
  async #approveByTrailer(live: LiveApplication, { name, desired }: RolloutTarget): Promise<LiveApplication> {
    const { held, approval } = live.status ?? {}
    if (held === undefined || approval?.digest === held.digest) return live
    const { message, author } = await this.#context.git.readCommit(desired.commit)
    if (!approvalsInMessage(message, name).some(text => namesDigest(text, held.digest))) return live
    const { memory, settings } = this.#context
    const pusher = memory.pushers.get(desired.commit) ?? (await settings.pusherOf(desired.commit))
    const by = pusher ?? `commit by ${author.name}`
    return changeStatus(this.#context.client, name, status => ({
      ...status,
      approval: { digest: held.digest, objects: held.objects, by },
    }))
  }

  async #isRollback(target: RolloutTarget): Promise<boolean> {
    return (await this.#rollbackBy(target, 'rollback')) !== undefined
  }

  /** Who asked for the rollback that made this commit; undefined when it is none of this application. */
  async #rollbackBy({ commit, name }: RolloutTarget, cause: string): Promise<string | undefined> {
    if (cause !== 'rollback') return undefined
    const trailers = parseTrailers((await this.#context.git.readCommit(commit)).message)
    const of = findTrailer(trailers, 'Rollback-Of')
    return of?.replace(/-\d+$/, '') === name ? (findTrailer(trailers, 'Requested-By') ?? 'unknown') : undefined
  }
}
