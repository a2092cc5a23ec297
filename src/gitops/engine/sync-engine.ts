import { isApiError } from '../../api/api-error.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import { Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { InformerChange } from '../../client/informer.ts'
import { Informer } from '../../client/informer.ts'
import { WorkQueue } from '../../client/work-queue.ts'
import { backoffDelayMs } from '../../lib/backoff.ts'
import type { Timer } from '../../lib/clock.ts'
import { PullRequests } from '../gate/pull-requests.ts'
import { LiveView } from '../record/live-view.ts'
import { notePassedOver } from '../record/outcome-notes.ts'
import { Recorder } from '../record/recorder.ts'
import { signatureOf } from '../rollback/commit-rollback.ts'
import { CLUSTER_APPLICATION } from '../source/source-application.ts'
import { changeStatus } from './application-object.ts'
import type { DesiredChange } from './desired-reader.ts'
import { DesiredReader } from './desired-reader.ts'
import { FirstPass } from './first-pass.ts'
import { ManagedKinds } from './managed-kinds.ts'
import { RepositoryStatusWriter } from './repository-status.ts'
import { restoreApplications } from './restore-applications.ts'
import { ApplicationSync } from './sync-application.ts'
import type { SyncContext } from './sync-context.ts'

const READ_RETRY = { initialMs: 200, maxMs: 30_000 }
const SYNC_RETRY = { initialMs: 50, maxMs: 60_000 }
/** Failures of one application before the first pass goes on without it. */
const FIRST_PASS_TRIES = 5
/** Failures in a row before the application's status says so. */
const TRIES_SHOWN = 3

/**
 * The loop: refs changed -> what the newest commit wants -> every application that differs is synced, a bounded number
 * at a time, never one twice at once. Whatever it keeps in memory it can lose.
 */
export class SyncEngine {
  readonly reader: DesiredReader
  readonly #context: SyncContext
  readonly #sync: ApplicationSync
  readonly #recorder: Recorder
  readonly #view: LiveView
  readonly #queue: WorkQueue
  readonly #firstPass: FirstPass
  readonly #kinds: ManagedKinds
  readonly #applications: Informer<Application>
  readonly #rollouts: Informer<Rollout>
  readonly #observed: RepositoryStatusWriter
  readonly #requests: PullRequests
  readonly #closers: (() => void)[] = []
  #readTimer: Timer | undefined
  #resyncTimer: Timer | undefined
  #reading = false
  #readAgain = false
  #refreshing = false
  #refreshAgain = false
  #readAttempt = 0
  #stopped = false

  constructor(context: SyncContext) {
    const { client, clock, random, log } = context
    this.#context = context
    this.reader = new DesiredReader(context)
    this.#sync = new ApplicationSync(context)
    this.#recorder = new Recorder(context)
    this.#view = new LiveView(context)
    this.#queue = new WorkQueue({ clock, random, backoff: SYNC_RETRY })
    this.#firstPass = new FirstPass(clock)
    this.#observed = new RepositoryStatusWriter(context)
    this.#requests = new PullRequests(context, this.reader)
    this.#kinds = new ManagedKinds(context, (name, mayBeDrift) => this.#concerns(name, mayBeDrift))
    this.#applications = new Informer<Application>({ client, kind: Application, clock, random, log })
    this.#rollouts = new Informer<Rollout>({ client, kind: Rollout, clock, random, log })
  }

  get firstPassDone(): Promise<void> {
    return this.#firstPass.done
  }

  start(): void {
    this.#applications.onChange(change => this.#onApplication(change))
    this.#rollouts.onChange(({ type, object }) => {
      if (type !== 'DELETED') this.#recorder.sawRollout(object)
    })
    void this.#begin()
  }

  stop(): void {
    this.#stopped = true
    this.#readTimer?.cancel()
    this.#resyncTimer?.cancel()
    this.#firstPass.stop()
    this.#queue.close()
    this.#recorder.stop()
    this.#view.stop()
    this.#applications.stop()
    this.#rollouts.stop()
    this.#kinds.stop()
    for (const close of this.#closers) close()
  }

  /** Refs may have moved: read them soon. */
  refsMayHaveMoved(): void {
    if (this.#stopped) return
    if (this.#reading) this.#readAgain = true
    else void this.#read()
  }

  async #begin(): Promise<void> {
    const { git, settings } = this.#context
    await this.#untilItWorks('restore', () => restoreApplications(this.#context))
    if (this.#stopped) return
    this.#applications.start()
    this.#rollouts.start()
    await this.#applications.synced()
    await this.#rollouts.synced()
    if (this.#stopped) return
    this.#recorder.start()
    this.#view.start()
    for (let worker = 0; worker < settings.concurrency; worker++) void this.#work()
    const listener = git.onRefsChanged(() => this.refsMayHaveMoved())
    this.#closers.push(() => listener.close())
    this.#scheduleResync()
    await this.#read()
  }

  async #untilItWorks(what: string, action: () => Promise<unknown>): Promise<void> {
    const { clock, random, log } = this.#context
    for (let attempt = 0; !this.#stopped; attempt++) {
      try {
        await action()
        return
      } catch (error) {
        log.log('warn', 'the sync engine cannot begin yet, trying again', { what, error: String(error) })
        await new Promise<void>(resolve => {
          this.#readTimer = clock.setTimer(backoffDelayMs(READ_RETRY, attempt, random), resolve)
        })
      }
    }
  }

  async #read(): Promise<void> {
    const { clock, random, log } = this.#context
    this.#reading = true
    this.#readTimer?.cancel()
    try {
      const change = await this.reader.refresh()
      this.#readAttempt = 0
      if (this.#stopped) return
      await this.#onDesired(change)
      void this.#refreshRequests()
    } catch (error) {
      log.log('warn', 'the repository cannot be read; the last state stays', { error: String(error) })
      const delayMs = backoffDelayMs(READ_RETRY, this.#readAttempt++, random)
      this.#readTimer = clock.setTimer(delayMs, () => this.refsMayHaveMoved())
    } finally {
      this.#reading = false
    }
    if (!this.#readAgain || this.#stopped) return
    this.#readAgain = false
    void this.#read()
  }

  /** Off the path of what runs: plans of proposals may come a little later. */
  async #refreshRequests(): Promise<void> {
    if (this.#refreshing) {
      this.#refreshAgain = true
      return
    }
    this.#refreshing = true
    try {
      await this.#requests.refresh()
    } catch (error) {
      this.#context.log.log('warn', 'pull requests could not be planned anew', { error: String(error) })
    }
    this.#refreshing = false
    if (!this.#refreshAgain || this.#stopped) return
    this.#refreshAgain = false
    void this.#refreshRequests()
  }

  async #onDesired({ changed, passedOver, rewritten }: DesiredChange): Promise<void> {
    const { git, memory, log } = this.#context
    const { desired } = memory
    const live = this.#applications.list()
    const known = live.map(({ metadata }) => metadata.name)
    const all = new Set([...(desired?.applications.keys() ?? []), ...(desired === undefined ? [] : known)])
    for (const name of changed) this.#queue.add(name)
    // Its commit message may approve what waits.
    for (const { metadata, status } of live) if (status?.held !== undefined) this.#queue.add(metadata.name)
    if (desired !== undefined) for (const name of known) if (!desired.applications.has(name)) this.#queue.add(name)
    this.#firstPass.begin(all)
    if (rewritten)
      log.log('warn', 'the deployed branch was rewritten; following it with the guard on', { commit: desired?.commit })
    this.#observed.expect(desired?.commit, changed)
    await this.#observed.writeIfReady()
    if (passedOver.size > 0 && desired !== undefined) {
      try {
        await notePassedOver(git, passedOver, desired.commit, signatureOf(this.#context))
      } catch (error) {
        log.log('warn', 'passed-over commits could not be noted', { error: String(error) })
      }
    }
  }

  async #work(): Promise<void> {
    for (;;) {
      const name = await this.#queue.take()
      if (name === undefined) return
      try {
        const { againMs } = await this.#sync.sync(name)
        this.#queue.forget(name)
        if (againMs !== undefined) this.#queue.addAfter(name, againMs)
        this.#firstPassSaw(this.#applications.get({ name }))
        await this.#observed.handled(name)
      } catch (error) {
        if (this.#stopped) return
        this.#queue.retry(name)
        this.#context.log.log('warn', 'sync failed, trying again', { application: name, error: String(error) })
        if (this.#queue.attempts(name) >= FIRST_PASS_TRIES) this.#firstPass.settled(name)
        if (this.#queue.attempts(name) === TRIES_SHOWN) await this.#showTrouble(name, error)
      } finally {
        this.#queue.done(name)
      }
    }
  }

  /** Who looks at the application learns why nothing happens; by reason only, because a message may quote a manifest. */
  async #showTrouble(name: string, error: unknown): Promise<void> {
    const why = isApiError(error) ? error.reason : 'the API server or the repository does not answer'
    const message = `cannot go on (${why}); trying again`
    try {
      await changeStatus(this.#context.client, name, status => ({ ...status, message }))
      this.#context.signals.changed(name)
    } catch {
      // It is trouble of the same kind, and was logged already.
    }
  }

  /** Applied, or known to be impossible: garbage may be told from what is still to come. */
  #firstPassSaw(application: DeepReadonly<Application> | undefined): void {
    if (application === undefined) return
    const { phase = 'Pending', applied, attempted } = application.status ?? {}
    const { name } = application.metadata
    const isToCome = applied !== undefined && this.#context.memory.neverPrune.has(name)
    if (phase !== 'Pending' && !isToCome && (attempted ?? applied) !== undefined) this.#firstPass.settled(name)
  }

  #onApplication({ type, object, previous }: InformerChange<Application>): void {
    const { owners, signals, modes } = this.#context
    const { name } = object.metadata
    if (type === 'DELETED') {
      owners.delete(name)
      modes.delete(name)
      this.#recorder.lostApplication(name)
    } else {
      owners.set(object)
      modes.set(name, object.spec.drift ?? 'heal')
      this.#kinds.sawApplication(object)
      this.#recorder.sawApplication(object)
      if (object.operation !== undefined || object.metadata.generation !== previous?.metadata.generation)
        this.#queue.add(name)
      if (type === 'ADDED' && object.status?.applied !== undefined) this.#context.memory.driftDue.add(name)
      this.#firstPassSaw(object)
    }
    if (type !== 'ADDED' && hasMoved(previous, object)) this.#wakeOthers(name)
    if (type === 'DELETED' || hasMoved(previous, object)) this.#view.changed(name)
    signals.changed(name)
  }

  /** Applications that wait for this one; all of them for `cluster`, whose grants may be new. */
  #wakeOthers(name: string): void {
    const { desired } = this.#context.memory
    if (desired === undefined) return
    if (name === CLUSTER_APPLICATION) {
      this.refsMayHaveMoved()
      for (const other of desired.applications.keys()) this.#queue.add(other)
      return
    }
    for (const other of desired.applications.values()) {
      if (other.settings.dependsOn.includes(name)) this.#queue.add(other.name)
    }
    for (const { metadata } of this.#applications.list()) {
      if (!desired.applications.has(metadata.name) && metadata.name !== name) this.#queue.add(metadata.name)
    }
  }

  #concerns(name: string, mayBeDrift: boolean): void {
    this.#view.changed(name)
    if (mayBeDrift) this.#context.memory.driftDue.add(name)
    this.#queue.add(name)
  }

  #scheduleResync(): void {
    const { clock, settings, memory } = this.#context
    this.#resyncTimer = clock.setTimer(settings.resyncMs, () => {
      for (const { metadata } of this.#applications.list()) {
        memory.driftDue.add(metadata.name)
        this.#queue.add(metadata.name)
      }
      this.refsMayHaveMoved()
      this.#scheduleResync()
    })
  }
}

function hasMoved(before: DeepReadonly<Application> | undefined, after: DeepReadonly<Application>): boolean {
  const [a, b] = [before?.status, after.status]
  return (
    a?.phase !== b?.phase ||
    a?.health !== b?.health ||
    a?.attempted?.inputDigest !== b?.attempted?.inputDigest ||
    a?.applied?.inputDigest !== b?.applied?.inputDigest ||
    (a?.inventory?.length ?? 0) !== (b?.inventory?.length ?? 0)
  )
}
