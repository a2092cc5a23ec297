import type { Kind } from '../../src/api/kind.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import { EndpointSlice } from '../../src/api/kinds/discovery/endpoint-slice.ts'
import type { DeepReadonly, KubeObject } from '../../src/api/object.ts'
import type { Client } from '../../src/client/client.ts'
import type { RecordEvent } from '../../src/client/event-recorder.ts'
import { Informer } from '../../src/client/informer.ts'
import type { Clock, Timer } from '../../src/lib/clock.ts'
import type { Logger } from '../../src/lib/log.ts'
import type { Random } from '../../src/lib/random.ts'
import { ConnectionBudget } from './connection-budget.ts'
import type { Listener } from './listener.ts'
import type { LocalAddresses } from './local-addresses.ts'
import type { LocalEndpoints, WantedListener } from './plan.ts'
import { planListeners } from './plan.ts'
import { openTcpListener } from './tcp-listener.ts'
import { openUdpListener } from './udp-listener.ts'

export interface ServiceProxyOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly addresses: LocalAddresses
  /** Where node ports are served; `127.0.0.1` when left out. */
  readonly nodePortAddresses?: readonly string[]
  /** Services that this node answers itself, by `namespace/name`. */
  readonly local?: ReadonlyMap<string, LocalEndpoints>
  /** Of all Services together; 10,000 when left out. */
  readonly connectionsMax?: number
  readonly recordEvent: RecordEvent
}

const CONNECTIONS_MAX = 10_000
/** Where a port that needs root is looked for first: 80 on 8080, and so after every restart. */
const UNPRIVILEGED_OFFSET = 8_000

/** Changes that come together are handled together. */
const COALESCE_MS = 15
const RETRY_MS = 5_000
/** How long what a lost live store forgot is still served, while it comes back from Git. */
const RECOVERY_MS = 120_000

/** Keeps a listener open for every Service port, in user space. */
export class ServiceProxy {
  readonly #options: ServiceProxyOptions
  readonly #services: Informer<Service>
  readonly #slices: Informer<EndpointSlice>
  readonly #listeners = new Map<string, Listener>()
  /** What each listener was told last. */
  readonly #told = new Map<string, WantedListener>()
  /** Identity of the live store: its first Service. */
  #cluster: { readonly service: string | undefined; readonly slice: string | undefined } | undefined
  #recoveringUntilMs = 0
  /** Addresses that were made this machine's own. */
  readonly #held = new Set<string>()
  /** What was said of listeners that cannot be opened, to say it once. */
  readonly #failures = new Map<string, string>()
  readonly #budget: ConnectionBudget
  #timer: Timer | undefined
  #retry: Timer | undefined
  #recovery: Timer | undefined
  #running: Promise<void> | undefined
  #isDirty = false
  #stopped = false

  constructor(options: ServiceProxyOptions) {
    this.#options = options
    this.#budget = new ConnectionBudget(options.connectionsMax ?? CONNECTIONS_MAX)
    const informer = <T extends KubeObject>(kind: Kind<T>) => {
      const each = new Informer<T>({ ...options, kind })
      each.onChange(() => this.#schedule(COALESCE_MS))
      return each
    }
    this.#services = informer(Service)
    this.#slices = informer(EndpointSlice)
  }

  /** Removes what an earlier run left on the machine, then serves. */
  async start(): Promise<void> {
    await this.#options.addresses.removeAll()
    this.#services.start()
    this.#slices.start()
    void Promise.all([this.#services.synced(), this.#slices.synced()]).then(() => this.#schedule(0))
  }

  /** The server answers again. */
  serverChanged(): void {
    this.#services.tryNow()
    this.#slices.tryNow()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of [this.#timer, this.#retry, this.#recovery]) timer?.cancel()
    this.#services.stop()
    this.#slices.stop()
    await this.#running
    for (const listener of this.#listeners.values()) await listener.close()
    this.#listeners.clear()
    await this.#options.addresses.removeAll()
  }

  #schedule(delayMs: number): void {
    this.#isDirty = true
    if (this.#stopped || this.#timer !== undefined || this.#running !== undefined) return
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timer = undefined
      this.#running = this.#reconcile()
        .catch(error => this.#reconcileFailed(error))
        .finally(() => {
          this.#running = undefined
          if (this.#isDirty) this.#schedule(COALESCE_MS)
        })
    })
  }

  #reconcileFailed(error: unknown): void {
    this.#options.log.log('warn', 'services not settled, trying again', { error: String(error) })
    this.#retryLater()
  }

  #retryLater(): void {
    this.#retry?.cancel()
    if (!this.#stopped) this.#retry = this.#options.clock.setTimer(RETRY_MS, () => this.#schedule(0))
  }

  async #reconcile(): Promise<void> {
    this.#isDirty = false
    // Until both are complete, an endpoint not seen yet would look like one that is gone.
    if (!this.#services.hasSynced || !this.#slices.hasSynced) return
    if (!this.#knowsCluster()) return
    const wanted = this.#keepWhileRecovering(
      planListeners({
        services: this.#services.list(),
        slices: this.#slices.list(),
        ...(this.#options.local !== undefined && { local: this.#options.local }),
        nodePortAddresses: this.#options.nodePortAddresses ?? ['127.0.0.1'],
      }),
    )
    const ids = new Set(wanted.map(each => each.id))
    for (const [id, listener] of this.#listeners) if (!ids.has(id)) await this.#close(id, listener)
    await this.#removeUnused(wanted)
    for (const each of wanted) {
      this.#told.set(each.id, each)
      const open = this.#listeners.get(each.id)
      if (open !== undefined) open.update(each)
      else if (!this.#stopped) await this.#open(each)
    }
  }

  /**
   * A live store that lost its memory is told by its first objects: gone means unknown, others mean recovering. One of
   * each kind, because the two lists arrive one after the other, and either may be the new store's first.
   */
  #knowsCluster(): boolean {
    const first = { namespace: 'default', name: 'kubernetes' }
    const seen = { service: this.#services.get(first)?.metadata.uid, slice: this.#slices.get(first)?.metadata.uid }
    const known = this.#cluster
    if (seen.service === undefined || (known?.slice !== undefined && seen.slice === undefined)) return false
    const isSame = (before: string | undefined, now: string | undefined) => before === undefined || before === now
    if (known !== undefined && !(isSame(known.service, seen.service) && isSame(known.slice, seen.slice)))
      this.#recover()
    this.#cluster = seen
    return true
  }

  #recover(): void {
    this.#recoveringUntilMs = this.#options.clock.monotonic() + RECOVERY_MS
    this.#recovery?.cancel()
    this.#recovery = this.#options.clock.setTimer(RECOVERY_MS, () => this.#schedule(0))
    this.#options.log.log('warn', 'the live store is a new one: services are served as they were while it recovers')
  }

  /** While the store recovers, what it does not say is not gone: listeners stay, and endpoints until there are new ones. */
  #keepWhileRecovering(wanted: readonly WantedListener[]): readonly WantedListener[] {
    if (this.#options.clock.monotonic() >= this.#recoveringUntilMs) return wanted
    const kept = new Map(this.#told)
    for (const each of wanted) {
      const before = kept.get(each.id)
      kept.set(each.id, before !== undefined && each.endpoints.length === 0 ? before : each)
    }
    return [...kept.values()]
  }

  async #open(wanted: WantedListener): Promise<void> {
    const { addresses } = this.#options
    try {
      this.#held.add(wanted.address)
      await addresses.add(wanted.address)
      this.#listeners.set(wanted.id, await this.#bind(wanted))
      if (this.#failures.delete(wanted.id)) this.#report(wanted, 'Normal', 'Listening', `${wanted.id} is served now`)
    } catch (error) {
      this.#openFailed(wanted, error as NodeJS.ErrnoException)
      this.#retryLater()
    }
  }

  #openFailed(wanted: WantedListener, error: NodeJS.ErrnoException): void {
    const why = error.code === 'EADDRINUSE' ? `another program listens on port ${wanted.port}` : error.message
    const message = `${wanted.id} cannot be served: ${why}; it is tried again every ${RETRY_MS / 1000} s`
    if (this.#failures.get(wanted.id) === message) return
    this.#failures.set(wanted.id, message)
    this.#options.log.log('warn', 'a service address cannot be served', { address: wanted.id, error: String(error) })
    this.#report(wanted, 'Warning', 'FailedToListen', message)
  }

  /** A port that this user may not open is served on another one instead. */
  async #bind(wanted: WantedListener): Promise<Listener> {
    const open = wanted.protocol === 'tcp' ? openTcpListener : openUdpListener
    const options = { clock: this.#options.clock, budget: this.#budget }
    try {
      return await open(wanted, options)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    }
    const listener = await open(wanted, { ...options, port: wanted.port + UNPRIVILEGED_OFFSET }).catch(() =>
      open(wanted, { ...options, port: 0 }),
    )
    const message = `port ${wanted.port} needs root: served on ${wanted.address}:${listener.port} instead`
    this.#options.log.log('warn', 'a privileged port is served on another one', {
      service: `${wanted.service.namespace}/${wanted.service.name}`,
      address: wanted.address,
      port: wanted.port,
      servedOn: listener.port,
    })
    this.#report(wanted, 'Warning', 'PrivilegedPort', message)
    return listener
  }

  async #close(id: string, listener: Listener): Promise<void> {
    this.#listeners.delete(id)
    this.#told.delete(id)
    await listener.close()
  }

  /** Addresses and complaints of what is not wanted any more, also when it never could be served. */
  async #removeUnused(wanted: readonly WantedListener[]): Promise<void> {
    const addresses = new Set(wanted.map(each => each.address))
    for (const address of this.#held) {
      if (addresses.has(address)) continue
      this.#held.delete(address)
      await this.#options.addresses.remove(address)
    }
    const ids = new Set(wanted.map(each => each.id))
    for (const id of this.#failures.keys()) if (!ids.has(id)) this.#failures.delete(id)
  }

  #report(wanted: WantedListener, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const service = this.#services.get(wanted.service)
    if (service !== undefined) this.#options.recordEvent(service as DeepReadonly<KubeObject>, type, reason, message)
  }
}
