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
import type { Listener } from './listener.ts'
import type { LocalAddresses } from './local-addresses.ts'
import type { WantedListener } from './plan.ts'
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
  readonly recordEvent: RecordEvent
}

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
  #clusterUid: string | undefined
  #recoveringUntilMs = 0
  readonly #addresses = new Map<string, number>()
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #isDirty = false
  #stopped = false

  constructor(options: ServiceProxyOptions) {
    this.#options = options
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
  }

  /** The server answers again. */
  serverChanged(): void {
    this.#services.tryNow()
    this.#slices.tryNow()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
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
      this.#running = this.#reconcile().finally(() => {
        this.#running = undefined
        if (this.#isDirty) this.#schedule(COALESCE_MS)
      })
    })
  }

  async #reconcile(): Promise<void> {
    // Until both are complete, an endpoint not seen yet would look like one that is gone.
    if (!this.#services.hasSynced || !this.#slices.hasSynced) return
    this.#isDirty = false
    if (!this.#knowsCluster()) return
    const wanted = this.#keepWhileRecovering(
      planListeners({
        services: this.#services.list(),
        slices: this.#slices.list(),
        nodePortAddresses: this.#options.nodePortAddresses ?? ['127.0.0.1'],
      }),
    )
    const ids = new Set(wanted.map(each => each.id))
    for (const [id, listener] of this.#listeners) if (!ids.has(id)) await this.#close(id, listener)
    for (const each of wanted) {
      this.#told.set(each.id, each)
      const open = this.#listeners.get(each.id)
      if (open !== undefined) open.update(each)
      else if (!this.#stopped) await this.#open(each)
    }
  }

  /** A live store that lost its memory is told by its first Service: gone means unknown, another one means recovering. */
  #knowsCluster(): boolean {
    const uid = this.#services.get({ namespace: 'default', name: 'kubernetes' })?.metadata.uid
    if (uid === undefined) return false
    if (this.#clusterUid !== undefined && this.#clusterUid !== uid) {
      this.#recoveringUntilMs = this.#options.clock.monotonic() + RECOVERY_MS
      this.#options.clock.setTimer(RECOVERY_MS, () => this.#schedule(0))
      this.#options.log.log('warn', 'the live store is a new one: services are served as they were while it recovers')
    }
    this.#clusterUid = uid
    return true
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
    const { addresses, log } = this.#options
    try {
      await addresses.add(wanted.address)
      const listener = await this.#bind(wanted)
      this.#listeners.set(wanted.id, listener)
      this.#addresses.set(wanted.address, (this.#addresses.get(wanted.address) ?? 0) + 1)
    } catch (error) {
      log.log('warn', 'a service address cannot be served', { address: wanted.id, error: String(error) })
      this.#report(wanted, 'Warning', 'FailedToListen', `${wanted.id} cannot be served: ${(error as Error).message}`)
      this.#options.clock.setTimer(RETRY_MS, () => this.#schedule(0))
    }
  }

  /** A port that this user may not open is served on a free one instead. */
  async #bind(wanted: WantedListener): Promise<Listener> {
    const open = wanted.protocol === 'tcp' ? openTcpListener : openUdpListener
    try {
      return await open(wanted, this.#options)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
      const listener = await open(wanted, { clock: this.#options.clock, port: 0 })
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
  }

  async #close(id: string, listener: Listener): Promise<void> {
    this.#listeners.delete(id)
    this.#told.delete(id)
    await listener.close()
    const address = id.slice(id.indexOf('/') + 1, id.lastIndexOf(':'))
    const left = (this.#addresses.get(address) ?? 1) - 1
    this.#addresses.set(address, left)
    if (left > 0) return
    this.#addresses.delete(address)
    await this.#options.addresses.remove(address)
  }

  #report(wanted: WantedListener, type: 'Warning', reason: string, message: string): void {
    const service = this.#services.get(wanted.service)
    if (service !== undefined) this.#options.recordEvent(service as DeepReadonly<KubeObject>, type, reason, message)
  }
}
