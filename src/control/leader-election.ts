import { isApiError } from '../api/api-error.ts'
import { Lease } from '../api/kinds/coordination/lease.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client, Fence, NewObject } from '../client/client.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { formatMicroTime, sleep } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import { randomFraction } from '../lib/random.ts'
import { getIfPresent } from './get-if-present.ts'
import type { RunningLoop } from './loop.ts'

export interface LeaderElectionOptions {
  /** May read and write the lease. */
  readonly client: Client
  /** Its name and namespace are what the candidates agree on; the holder is this candidate, unlike all others. */
  readonly lease: Fence
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /**
   * Starts what only the leader does. Its writes must carry the fence (`client.withFence(fence)`), so that they fail as
   * soon as somebody else leads, even if this process has not noticed yet. Stopped when the lead is lost.
   */
  readonly lead: (fence: Fence) => RunningLoop
}

/** A leader that has not renewed for so long is taken to be gone. */
const LEASE_MS = 15_000
/** A leader that could not renew for so long stops by itself, well before others take over. */
const RENEW_DEADLINE_MS = 10_000
const RETRY_MS = 2_000

type LeaseView = DeepReadonly<Lease>

/**
 * One of several processes leads at a time (as client-go's leader election does: times are compared on the observer's
 * own clock only). The lease is released at the end, so that the next one need not wait.
 */
export function startLeaderElection(options: LeaderElectionOptions): RunningLoop {
  const candidate = new Candidate(options)
  candidate.start()
  return { stop: () => candidate.stop() }
}

class Candidate {
  readonly #options: LeaderElectionOptions
  readonly #abort = new AbortController()
  /** The last state of the lease that was seen, and when it was seen to change. */
  #seen: { readonly sign: string; readonly atMs: number } | undefined
  #running: Promise<void> | undefined

  constructor(options: LeaderElectionOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      if (await this.#tryAcquire()) await this.#lead()
      else await this.#pause(RETRY_MS)
    }
  }

  async #lead(): Promise<void> {
    const { lease, log, lead } = this.#options
    if (!(await this.#hasCaughtUp())) return
    log.log('info', 'this process leads now', { lease: lease.name, holder: lease.holder })
    const work = lead(lease)
    const kept = await this.#keep()
    await work.stop()
    if (kept) await this.#release()
    else log.log('warn', 'this process no longer leads', { lease: lease.name, holder: lease.holder })
  }

  /** Nothing starts on a memory older than the lease: it would act on what the leader before has changed since. */
  async #hasCaughtUp(): Promise<boolean> {
    const { client, lease } = this.#options
    const latest = await this.#attempt(() => getIfPresent(client, Lease, lease, { consistency: 'latest' }))
    const cached = await this.#attempt(() => getIfPresent(client, Lease, lease))
    return (
      latest?.spec?.holderIdentity === lease.holder &&
      cached?.metadata.resourceVersion === latest.metadata.resourceVersion
    )
  }

  /** Renews until told to stop (true) or until the lead is lost (false). */
  async #keep(): Promise<boolean> {
    const { clock } = this.#options
    let renewedMs = clock.monotonic()
    for (;;) {
      await this.#pause(RETRY_MS)
      if (this.#abort.signal.aborted) return true
      const outcome = await this.#withDeadline(this.#renew(), renewedMs + RENEW_DEADLINE_MS - clock.monotonic())
      if (outcome === 'renewed') renewedMs = clock.monotonic()
      else if (outcome === 'lost' || clock.monotonic() - renewedMs >= RENEW_DEADLINE_MS) return false
    }
  }

  async #renew(): Promise<'renewed' | 'lost' | 'failed'> {
    const { client, lease, clock } = this.#options
    try {
      const current = await getIfPresent(client, Lease, lease, { consistency: 'latest' })
      if (current?.spec?.holderIdentity !== lease.holder) return 'lost'
      const spec = { ...current.spec, renewTime: formatMicroTime(clock.now()) }
      await client.update(Lease, { ...current, spec } as LeaseView)
      return 'renewed'
    } catch (error) {
      return isApiError(error, 'Conflict') ? 'failed' : this.#onTrouble(error)
    }
  }

  async #tryAcquire(): Promise<boolean> {
    const { client, lease } = this.#options
    const acquired = await this.#attempt(async () => {
      const current = await getIfPresent(client, Lease, lease, { consistency: 'latest' })
      if (current === undefined) {
        await client.create(Lease, this.#newLease())
        return true
      }
      if (!this.#isFree(current)) return false
      await client.update(Lease, { ...current, spec: this.#heldSpec(current) } as LeaseView)
      return true
    })
    return acquired ?? false
  }

  /** Ours from before a restart, released, or unchanged for longer than a leader may be silent. */
  #isFree(current: LeaseView): boolean {
    const holder = current.spec?.holderIdentity ?? ''
    const sign = `${holder} ${current.spec?.renewTime ?? ''} ${current.spec?.leaseTransitions ?? 0}`
    const nowMs = this.#options.clock.monotonic()
    if (this.#seen?.sign !== sign) this.#seen = { sign, atMs: nowMs }
    return holder === '' || holder === this.#options.lease.holder || nowMs - this.#seen.atMs >= LEASE_MS
  }

  #newLease(): NewObject<Lease> {
    const { namespace, name } = this.#options.lease
    const spec = this.#heldSpec(undefined)
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name },
      spec,
    } as NewObject<Lease>
  }

  #heldSpec(current: LeaseView | undefined) {
    const { clock, lease } = this.#options
    const now = formatMicroTime(clock.now())
    const changes = current !== undefined && current.spec?.holderIdentity !== lease.holder
    return {
      holderIdentity: lease.holder,
      leaseDurationSeconds: LEASE_MS / 1000,
      acquireTime: changes || current === undefined ? now : (current.spec?.acquireTime ?? now),
      renewTime: now,
      leaseTransitions: (current?.spec?.leaseTransitions ?? 0) + (changes ? 1 : 0),
    }
  }

  /** Best effort: who does not hear of it waits for the lease to run out. */
  async #release(): Promise<void> {
    const { client, lease, clock } = this.#options
    await this.#attempt(async () => {
      const current = await getIfPresent(client, Lease, lease, { consistency: 'latest' })
      if (current?.spec?.holderIdentity !== lease.holder) return
      const spec = { ...current.spec, holderIdentity: '', renewTime: formatMicroTime(clock.now()) }
      await client.update(Lease, { ...current, spec } as LeaseView)
    })
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.#onTrouble(error)
      return undefined
    }
  }

  #onTrouble(error: unknown): 'failed' {
    const level = isApiError(error, 'Conflict') || isApiError(error, 'AlreadyExists') ? 'debug' : 'warn'
    this.#options.log.log(level, 'cannot reach the lease', { lease: this.#options.lease.name, error: String(error) })
    return 'failed'
  }

  /** A request that hangs must not keep a leader leading. */
  #withDeadline<T>(work: Promise<T>, ms: number): Promise<T | 'failed'> {
    return new Promise(resolve => {
      const timer: Timer = this.#options.clock.setTimer(Math.max(0, ms), () => resolve('failed'))
      void work.then(outcome => {
        timer.cancel()
        resolve(outcome)
      })
    })
  }

  /** With some jitter, so that candidates do not move in step. Ends early when told to stop. */
  async #pause(ms: number): Promise<void> {
    const { clock, random } = this.#options
    await sleep(clock, ms * (1 + 0.2 * randomFraction(random)), this.#abort.signal).catch(() => {})
  }
}
