import { isApiError } from '../../api/api-error.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import { backoffDelayMs } from '../../lib/backoff.ts'
import type { Timer } from '../../lib/clock.ts'
import { readLive } from '../apply/read-live.ts'
import type { LiveApplication, LiveRollout } from '../engine/application-object.ts'
import { changeRollout } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { compareText } from '../object/object-ref.ts'
import { signatureOf } from '../rollback/commit-rollback.ts'
import { formatApplicationRecord } from './application-record.ts'
import { noteOutcomes } from './outcome-notes.ts'
import { recordOf } from './rollout-record.ts'
import { writeStatusCommits } from './status-commits.ts'

/** Outcomes are collected this long before they are written together. */
const OUTCOME_DELAY_MS = 20
/** Changes without a rollout are collected longer: nobody waits for them. */
const TRANSITION_DELAY_MS = 1_000
const BATCH_MAX = 100
const RETRY = { initialMs: 500, maxMs: 30_000 }
/** Finished rollouts kept in the store per application; the status branch has them all. */
const ROLLOUTS_KEPT = 10
/** Phases that are on their way to another: not worth a commit. */
const PASSING_PHASES: ReadonlySet<string> = new Set(['Pending', 'Progressing'])

/**
 * Writes outcomes to Git. A finished rollout without `status.recorded` is an entry of the outbox: it stays in the store
 * until its status commit exists, whatever dies when.
 */
export class Recorder {
  readonly #context: SyncContext
  readonly #finished = new Set<string>()
  readonly #changed = new Set<string>()
  /** What was written of each application last. */
  readonly #written = new Map<string, string>()
  readonly #applications = new Map<string, LiveApplication>()
  #timer: Timer | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #working = false
  #stopped = true
  #attempt = 0

  constructor(context: SyncContext) {
    this.#context = context
  }

  start(): void {
    this.#stopped = false
    this.#schedule(OUTCOME_DELAY_MS)
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  sawRollout(rollout: LiveRollout): void {
    if (!isFinished(rollout) || rollout.status?.recorded !== undefined) return
    this.#finished.add(rollout.metadata.name)
    this.#schedule(OUTCOME_DELAY_MS)
  }

  sawApplication(application: LiveApplication): void {
    const { name } = application.metadata
    this.#applications.set(name, application)
    if (PASSING_PHASES.has(application.status?.phase ?? 'Pending')) return
    const text = formatApplicationRecord(application)
    if (!this.#written.has(name)) this.#written.set(name, application.status?.attempted === undefined ? '' : text)
    if (this.#written.get(name) === text) return
    this.#changed.add(name)
    this.#schedule(TRANSITION_DELAY_MS)
  }

  lostApplication(name: string): void {
    this.#applications.delete(name)
    this.#written.delete(name)
    this.#changed.add(name)
    this.#schedule(TRANSITION_DELAY_MS)
  }

  /** True when every outcome is on the status branch. */
  get isIdle(): boolean {
    return !this.#working && this.#finished.size === 0
  }

  #schedule(delayMs: number): void {
    if (this.#stopped || this.#working) return
    const { clock } = this.#context
    const dueMs = clock.monotonic() + delayMs
    if (this.#timer !== undefined && this.#dueMs <= dueMs) return
    this.#timer?.cancel()
    this.#dueMs = dueMs
    this.#timer = clock.setTimer(delayMs, () => void this.#run())
  }

  async #run(): Promise<void> {
    this.#timer = undefined
    if (this.#working || this.#stopped) return
    this.#working = true
    let delayMs = OUTCOME_DELAY_MS
    try {
      await this.#flush()
      this.#attempt = 0
    } catch (error) {
      delayMs = backoffDelayMs(RETRY, this.#attempt++, this.#context.random)
      this.#context.log.log('warn', 'outcomes could not be recorded, trying again', { error: String(error) })
    } finally {
      this.#working = false
    }
    if (this.#finished.size > 0 || this.#changed.size > 0) {
      this.#schedule(this.#attempt > 0 ? delayMs : this.#finished.size > 0 ? OUTCOME_DELAY_MS : TRANSITION_DELAY_MS)
    }
  }

  async #flush(): Promise<void> {
    const { client, git, signals } = this.#context
    const rollouts = await this.#takeFinished()
    const records = rollouts.map(recordOf)
    const recorded = new Set(records.map(({ application }) => application))
    const changed = [...this.#changed]
    this.#changed.clear()
    const transitions = changed.filter(name => !recorded.has(name))
    const applications = await this.#newest([...recorded, ...transitions])
    if (records.length === 0 && transitions.length === 0) return
    const author = signatureOf(this.#context)
    try {
      const { commitOf } = await writeStatusCommits(git, { records, transitions, applications }, author)
      await noteOutcomes(git, records, author)
      for (const { name, application } of records) {
        await this.#markRecorded(name, commitOf.get(name) ?? '')
        signals.changed(application)
      }
    } catch (error) {
      for (const name of changed) this.#changed.add(name)
      throw error
    }
    for (const [name, application] of applications) {
      if (recorded.has(name) || changed.includes(name)) this.#written.set(name, formatApplicationRecord(application))
    }
    for (const name of recorded) await trimRollouts(client, name)
  }

  async #takeFinished(): Promise<readonly LiveRollout[]> {
    const rollouts: LiveRollout[] = []
    for (const name of [...this.#finished].slice(0, BATCH_MAX * 10)) {
      const rollout = await readLive(this.#context.client, Rollout, { name })
      if (rollout === undefined || !isFinished(rollout) || rollout.status?.recorded !== undefined)
        this.#finished.delete(name)
      else rollouts.push(rollout)
    }
    return rollouts.sort(compareRollouts).slice(0, BATCH_MAX)
  }

  /** The applications whose outcome is written must show it: the store is ahead of this process's watch. */
  async #newest(names: readonly string[]): Promise<ReadonlyMap<string, LiveApplication>> {
    const applications = new Map(this.#applications)
    for (const name of names) {
      const live = await readLive(this.#context.client, Application, { name })
      if (live === undefined) applications.delete(name)
      else applications.set(name, live)
    }
    return applications
  }

  async #markRecorded(name: string, recorded: string): Promise<void> {
    try {
      await changeRollout(this.#context.client, name, { recorded })
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
    this.#finished.delete(name)
  }
}

function compareRollouts(a: LiveRollout, b: LiveRollout): number {
  if (a.spec.application === b.spec.application) return a.spec.number - b.spec.number
  return (
    compareText(a.status?.finishedAt ?? '', b.status?.finishedAt ?? '') ||
    compareText(a.spec.application, b.spec.application)
  )
}

/** The store keeps only the newest rollouts; older ones stand on the status branch. */
async function trimRollouts(client: SyncContext['client'], application: string): Promise<void> {
  const { items } = await client.list(Rollout, { fieldSelector: `spec.application=${application}` })
  const settled = items
    .filter(rollout => isFinished(rollout) && rollout.status?.recorded !== undefined)
    .sort((a, b) => b.spec.number - a.spec.number)
  for (const { metadata } of settled.slice(ROLLOUTS_KEPT)) {
    try {
      await client.delete(Rollout, { name: metadata.name })
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }
}
