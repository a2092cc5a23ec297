import type { Bar } from '../../api/kinds/gitops/application.ts'
import type { RolloutOutcome } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import { formatTime, parseTime } from '../../lib/clock.ts'
import type { LiveApplication, LiveRollout } from '../engine/application-object.ts'
import { changeRollout, changeStatus, rolloutName } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { countOf, shortCommit } from '../object/show-text.ts'
import { rollBackAutomatically } from '../rollback/automatic-rollback.ts'
import { formatProblem } from '../source/source-problem.ts'
import type { RolloutTarget } from './rollout-target.ts'
import { statusAfter } from './status-after.ts'

const REASONS_MAX = 20

/** Look for what is next. */
interface Finished {
  readonly type: 'finished'
}

interface Ending {
  readonly phase: RolloutOutcome
  readonly message: string
  readonly reasons: readonly string[]
  readonly rolledBackBy?: ObjectId
}

type PlanProblem = Parameters<typeof formatProblem>[0]

/** How a rollout ends: its outcome is written to the rollout first, then the application's status follows. */
export class RolloutEnd {
  readonly #context: SyncContext

  constructor(context: SyncContext) {
    this.#context = context
  }

  healthy(live: LiveApplication, rollout: LiveRollout, target: RolloutTarget): Promise<Finished> {
    const { held } = live.status ?? {}
    if (held !== undefined) {
      const message = `${countOf(held.objects.length, 'delete')} wait for approval: ${held.reasons.join('; ')}`
      const reasons = held.objects.map(object => `would delete ${object}`)
      return this.#finish(rollout, target, { phase: 'Held', message, reasons })
    }
    const isRemoved = target.rendered === undefined
    const message = isRemoved ? 'removed from the cluster' : `${shortCommit(target.commit)} is healthy`
    return this.#finish(rollout, target, { phase: 'Healthy', message, reasons: [] })
  }

  failed(rollout: LiveRollout, target: RolloutTarget, reasons: readonly string[]): Promise<Finished> {
    const message = `${countOf(reasons.length, 'object')} could not be applied`
    return this.unhealthy(rollout, target, { phase: 'Failed', message, reasons })
  }

  /** Rolls back when the application says so. */
  async unhealthy(rollout: LiveRollout, target: RolloutTarget, ending: Ending): Promise<Finished> {
    const why = [ending.message, ...ending.reasons]
    const undone = await rollBackAutomatically(this.#context, rollout, target.rendered, why)
    if (undone === undefined) return this.#finish(rollout, target, ending)
    const message = `${ending.message}; rolled back to ${undone.to} by ${shortCommit(undone.commit)}`
    return this.#finish(rollout, target, { ...ending, phase: 'RolledBack', message, rolledBackBy: undone.commit })
  }

  invalid(rollout: LiveRollout, target: RolloutTarget, problems: readonly PlanProblem[]): Promise<Finished> {
    const message = `${countOf(problems.length, 'error')} in Git; the last good state goes on running`
    return this.#finish(rollout, target, { phase: 'Invalid', message, reasons: problems.map(formatProblem) })
  }

  barred(rollout: LiveRollout, target: RolloutTarget, bar: DeepReadonly<Bar>): Promise<Finished> {
    const failed = rolloutName(target.name, bar.rollout)
    const message = `these inputs failed as ${failed} and are barred; change them, or run: pintle retry ${target.name}`
    return this.#finish(rollout, target, { phase: 'Held', message, reasons: [] })
  }

  /** Another commit takes its place: a newer one, or the one that rolled it back. */
  superseded(live: LiveApplication, rollout: LiveRollout, target: RolloutTarget): Promise<Finished> {
    const { barred = [], reasons = [] } = live.status ?? {}
    const newer = shortCommit(target.commit)
    const ending: Ending = barred.some(bar => bar.inputDigest === rollout.spec.inputDigest)
      ? { phase: 'RolledBack', message: `rolled back by ${newer}`, reasons, rolledBackBy: target.commit }
      : { phase: 'Superseded', message: `superseded by ${newer}`, reasons: [] }
    return this.#finish(rollout, target, ending)
  }

  async #finish(rollout: LiveRollout, target: RolloutTarget, ending: Ending): Promise<Finished> {
    return this.adopt(await this.close(rollout, ending), target)
  }

  /** Writes the outcome to the rollout: from here on it is an entry of the outbox until its status commit exists. */
  async close(rollout: LiveRollout, ending: Ending): Promise<LiveRollout> {
    const { client, clock, memory } = this.#context
    const nowMs = clock.now()
    const durationMs = this.#durationMs(rollout, nowMs)
    memory.waitingSince.delete(rollout.metadata.name)
    memory.startedAt.delete(rollout.metadata.name)
    return changeRollout(client, rollout.metadata.name, {
      ...ending,
      reasons: ending.reasons.slice(0, REASONS_MAX),
      finishedAt: formatTime(nowMs),
      durationMs,
    })
  }

  /** Exact while this process saw it start; to the second after a restart. */
  #durationMs(rollout: LiveRollout, nowMs: number): number {
    const { memory, clock } = this.#context
    const sinceMs = memory.startedAt.get(rollout.metadata.name)
    if (sinceMs !== undefined) return Math.round(clock.monotonic() - sinceMs)
    const startedMs = parseTime(rollout.status?.startedAt) ?? parseTime(rollout.metadata.creationTimestamp)
    return Math.max(0, Math.round(nowMs - (startedMs ?? nowMs)))
  }

  /** Brings the application's status to the outcome of its rollout; repeated harmlessly after a crash. */
  async adopt(rollout: LiveRollout, target: RolloutTarget): Promise<Finished> {
    await changeStatus(this.#context.client, target.name, status =>
      statusAfter(status, rollout, target.desired.rules.digest),
    )
    this.#context.signals.changed(target.name)
    return { type: 'finished' }
  }
}
