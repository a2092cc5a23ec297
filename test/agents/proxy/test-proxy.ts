import type { Server } from 'node:net'
import { connect, createServer } from 'node:net'
import type { LocalAddresses } from '../../../agents/proxy/local-addresses.ts'
import { ServiceProxy } from '../../../agents/proxy/service-proxy.ts'
import { Service } from '../../../src/api/kinds/core/service.ts'
import { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'
import type { Client } from '../../../src/client/client.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { ManualClock } from '../../client/manual-clock.ts'
import { openRegistry } from '../../registry/open-registry.ts'
import { SeededRandom } from '../../simulation/world/seeded-random.ts'

/** Addresses of this file alone; every one of them is local. */
export const VIP = '127.98.7.1'
export const key = (name: string) => ({ namespace: 'default', name })

/** A proxy on real sockets, a real registry, and a clock that stands still. */
export class TestProxy {
  readonly clock = new ManualClock()
  readonly events: string[] = []
  readonly held: string[] = []
  proxy!: ServiceProxy
  client!: Client
  close = async () => {}

  static async start(options: { connectionsMax?: number } = {}): Promise<TestProxy> {
    const test = new TestProxy()
    await test.open()
    await test.run(options)
    return test
  }

  async open(): Promise<void> {
    const registry = await openRegistry({ clock: this.clock, serviceCidr: '127.98.0.0/16' })
    this.client = registry.admin
    this.close = registry.close
  }

  async run(options: { connectionsMax?: number }): Promise<void> {
    const addresses: LocalAddresses = {
      add: async address => void (this.held.includes(address) || this.held.push(address)),
      remove: async address => void this.held.splice(this.held.indexOf(address), 1),
      removeAll: async () => void this.held.splice(0),
    }
    this.proxy = new ServiceProxy({
      ...options,
      client: this.client,
      clock: this.clock,
      random: new SeededRandom(3),
      log: silentLogger,
      addresses,
      recordEvent: (about, type, reason, message) => {
        if (about.metadata.name !== 'kubernetes') this.events.push(`${type} ${reason} ${message}`)
      },
    })
    await this.proxy.start()
  }

  createService(name: string, clusterIP: string, ports: object[], more = {}) {
    const spec = { clusterIP, ports, ...more }
    const metadata = { ...key(name) }
    return this.client.create(Service, { apiVersion: 'v1', kind: 'Service', metadata, spec } as never)
  }

  createSlice(service: string, port: number, protocol = 'TCP', name = `${service}-1`) {
    return this.client.create(EndpointSlice, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...key(name), labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
      ports: [{ name: 'main', port, protocol }],
    } as never)
  }

  async until(condition: () => Promise<boolean> | boolean): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if (await condition()) return
      await this.clock.advance(20)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    throw new Error('not so')
  }

  async stop(): Promise<void> {
    await this.proxy.stop()
    await this.close()
  }
}

/** A server that says its name. */
export async function serve(name: string, host = '127.0.0.1', port = 0): Promise<{ port: number; server: Server }> {
  const server = createServer(socket => {
    socket.write(name)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return { port: (server.address() as { port: number }).port, server }
}

/** What the address says first; undefined when nobody is there, or it ends without a word. */
export function ask(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const done = (answer: string | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', data => done(String(data)))
    socket.on('error', () => done(undefined))
    socket.on('close', () => done(undefined))
  })
}

export const main = { name: 'main', port: 18080, protocol: 'TCP' }
