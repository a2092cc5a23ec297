import { isApiError } from '../../../src/api/api-error.ts'
import { Lease } from '../../../src/api/kinds/coordination/lease.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Client } from '../../../src/client/client.ts'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import { formatMicroTime } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'

/** Port: says at short intervals that this node is alive. */
export interface Heartbeat {
  start(): void
  stop(): void
}

const NAMESPACE = 'kube-node-lease'
const LEASE_SECONDS = 40
const PERIOD_MS = 10_000

/** Renews the node's Lease, as a kubelet does. A server keeps renewals in memory: they cost no write. */
export class LeaseHeartbeat implements Heartbeat {
  readonly #options: { readonly client: Client; readonly clock: Clock; readonly log: Logger; readonly nodeName: string }
  #lease: DeepReadonly<Lease> | undefined
  #timer: Timer | undefined
  #stopped = false

  constructor(options: {
    readonly client: Client
    readonly clock: Clock
    readonly log: Logger
    readonly nodeName: string
  }) {
    this.#options = options
  }

  start(): void {
    void this.#beat()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  async #beat(): Promise<void> {
    try {
      this.#lease = await this.#renew()
    } catch (error) {
      this.#lease = undefined
      this.#options.log.log('debug', 'lease not renewed', { error: String(error) })
    }
    if (!this.#stopped) this.#timer = this.#options.clock.setTimer(PERIOD_MS, () => void this.#beat())
  }

  async #renew(): Promise<DeepReadonly<Lease>> {
    const { client, clock, nodeName } = this.#options
    const key = { namespace: NAMESPACE, name: nodeName }
    const renewTime = formatMicroTime(clock.now())
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime }
    try {
      const lease = this.#lease ?? (await client.get(Lease, key, { consistency: 'latest' }))
      return await client.update(Lease, { ...lease, spec: { ...lease.spec, ...spec } } as DeepReadonly<Lease>)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      return client.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec })
    }
  }
}
