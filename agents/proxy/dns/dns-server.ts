import { createSocket, type Socket } from 'node:dgram'
import { type Socket as Connection, createServer, type Server } from 'node:net'
import { Service } from '../../../src/api/kinds/core/service.ts'
import { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'
import type { Client } from '../../../src/client/client.ts'
import { Informer } from '../../../src/client/informer.ts'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import type { Random } from '../../../src/lib/random.ts'
import { answerFrom, serverFailure } from './answer.ts'
import { Forwarder, framed } from './forwarder.ts'
import { buildZone, type Zone } from './zone.ts'

export interface DnsServerOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Who knows the names that are not the cluster's. */
  readonly upstream: readonly string[]
}

const HOST = '127.0.0.1'
/** Changes that come together are handled together. */
const COALESCE_MS = 15
const CONNECTIONS_MAX = 200
const IDLE_MS = 10_000
const MESSAGE_BYTES_MAX = 65_535

/** The cluster's name server on this node, on a port of loopback: the Service `kube-dns` leads here. */
export class DnsServer {
  readonly #services: Informer<Service>
  readonly #slices: Informer<EndpointSlice>
  readonly #forwarder: Forwarder
  readonly #options: DnsServerOptions
  readonly #udp: Socket = createSocket('udp4')
  readonly #tcp: Server
  readonly #connections = new Set<Connection>()
  #zone: Zone = new Map()
  #timer: Timer | undefined

  constructor(options: DnsServerOptions) {
    this.#options = options
    this.#forwarder = new Forwarder({ servers: options.upstream, clock: options.clock })
    this.#services = new Informer({ ...options, kind: Service })
    this.#slices = new Informer({ ...options, kind: EndpointSlice })
    this.#services.onChange(() => this.#schedule())
    this.#slices.onChange(() => this.#schedule())
    this.#tcp = createServer(connection => this.#serve(connection))
    this.#tcp.maxConnections = CONNECTIONS_MAX
  }

  /** Resolves with where it listens. Until the cluster is known it fails to answer, rather than deny that names exist. */
  async start(): Promise<{ readonly udpPort: number; readonly tcpPort: number }> {
    this.#udp.on('message', (message, { address, port }) => {
      void this.#answer(message, false).then(bytes => {
        if (bytes !== undefined) this.#udp.send(bytes, port, address, () => {})
      })
    })
    this.#udp.on('error', error => this.#options.log.log('warn', 'DNS over UDP', { error: String(error) }))
    await new Promise<void>((resolve, reject) => {
      this.#udp.once('error', reject)
      this.#udp.bind(0, HOST, resolve)
    })
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject)
      this.#tcp.listen(0, HOST, resolve)
    })
    this.#services.start()
    this.#slices.start()
    return { udpPort: this.#udp.address().port, tcpPort: (this.#tcp.address() as { port: number }).port }
  }

  /** The server answers again. */
  serverChanged(): void {
    this.#services.tryNow()
    this.#slices.tryNow()
  }

  async stop(): Promise<void> {
    this.#timer?.cancel()
    this.#services.stop()
    this.#slices.stop()
    for (const connection of this.#connections) connection.destroy()
    await Promise.all([
      new Promise<void>(resolve => this.#udp.close(() => resolve())),
      new Promise<void>(resolve => this.#tcp.close(() => resolve())),
    ])
  }

  #schedule(): void {
    this.#timer ??= this.#options.clock.setTimer(COALESCE_MS, () => {
      this.#timer = undefined
      if (!this.#isReady) return
      const services = this.#services.list()
      // A live store that was lost knows nothing for a moment; what was known is still so.
      if (services.length > 0) this.#zone = buildZone(services, this.#slices.list())
    })
  }

  get #isReady(): boolean {
    return this.#services.hasSynced && this.#slices.hasSynced
  }

  async #answer(message: Uint8Array, isStream: boolean): Promise<Uint8Array | undefined> {
    const answer = answerFrom(this.#zone, message, isStream)
    if (answer.type === 'ignore') return undefined
    if (answer.type === 'reply') return this.#zone.size > 0 ? answer.bytes : serverFailure(message)
    return (await this.#forwarder.ask(message, isStream)) ?? serverFailure(message)
  }

  #serve(connection: Connection): void {
    this.#connections.add(connection)
    connection.setTimeout(IDLE_MS, () => connection.destroy())
    connection.on('error', () => {}).on('close', () => this.#connections.delete(connection))
    let received = Buffer.alloc(0)
    connection.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        void this.#answer(received.subarray(2, end), true).then(bytes => {
          if (bytes === undefined) connection.destroy()
          else connection.write(framed(bytes))
        })
        received = received.subarray(end)
      }
      if (received.length > MESSAGE_BYTES_MAX + 2) connection.destroy()
    })
  }
}
