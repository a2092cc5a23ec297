import { request } from 'node:https'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { createBuiltinAuthorizer } from '../../../src/registry/builtin-authorizer.ts'
import type { LogOptions } from '../../../src/server/pod-logs.ts'
import { createPodLogs } from '../../../src/server/pod-logs.ts'
import { openRegistry } from '../../registry/open-registry.ts'
import type { RawAnswer, RawRequest } from '../../server/raw-request.ts'
import type { TestApiServer } from '../../server/start-api-server.ts'
import { startApiServer } from '../../server/start-api-server.ts'

/** The real server over memory, spoken to as bytes over HTTPS. */
export interface WireServer {
  readonly server: TestApiServer
  /** Sends JSON (or what `headers` say) as admin. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RawAnswer>
  get(path: string, headers?: Record<string, string>): Promise<RawAnswer>
  /** A namespace of its own for one check. */
  namespace(): Promise<string>
  /** Reads a watch to its end, or until `count` events came. */
  watch(path: string, count?: number, headers?: Record<string, string>): Promise<WatchAnswer>
  close(): Promise<void>
}

interface WatchAnswer {
  readonly code: number
  readonly events: readonly WireEvent[]
  /** The stream ended by itself, at the end of a chunk. */
  readonly ended: boolean
}

export interface WireEvent {
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind are looked into
  readonly object: any
}

const WATCH_MS_MAX = 10_000

export async function startWireServer(): Promise<WireServer> {
  const authorizer = createBuiltinAuthorizer()
  const { registry, admin, close } = await openRegistry({ authorizer })
  const logs = createPodLogs({ client: admin, authorizer, logs: { streamLogs: playLogs }, clock: systemClock })
  const server = await startApiServer({ registry, authorizer, extensions: () => [logs] })
  let namespaces = 0

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const bytes =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    const call: RawRequest = {
      method,
      headers: { ...(bytes !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(bytes !== undefined && { body: bytes as string | Uint8Array }),
    }
    return server.request(path, call)
  }

  return {
    server,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    async namespace() {
      const name = `wire-${++namespaces}`
      await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      return name
    },
    watch: (path, count, headers) => readWatch(server, path, count, headers),
    async close() {
      await server.close()
      await close()
    },
  }
}

/** Says which container and options were asked for; followed, it says one more line a moment later. */
async function* playLogs(_pod: unknown, container: string, options: LogOptions): AsyncGenerator<Uint8Array> {
  const { follow, previous, timestamps, tailLines } = options
  yield Buffer.from(`${JSON.stringify({ container, previous, timestamps, tailLines })}\n`)
  if (!follow) return
  await new Promise(resolve => setTimeout(resolve, 300))
  yield Buffer.from('and later\n')
}

function readWatch(
  server: TestApiServer,
  path: string,
  count = Number.POSITIVE_INFINITY,
  headers: Record<string, string> = {},
): Promise<WatchAnswer> {
  return new Promise((resolve, reject) => {
    let text = ''
    const options = {
      headers,
      agent: false,
      ca: server.pki.caCertificate,
      cert: server.admin.certificate,
      key: server.admin.key,
      servername: 'localhost',
    } as const
    const outgoing = request(`${server.url}${path}`, options, incoming => {
      const events = () =>
        text
          .split('\n')
          .slice(0, -1)
          .map(line => JSON.parse(line) as WireEvent)
      const finish = (ended: boolean) => {
        clearTimeout(timer)
        outgoing.destroy()
        resolve({ code: incoming.statusCode ?? 0, events: incoming.statusCode === 200 ? events() : [], ended })
      }
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
        if (text.split('\n').length - 1 >= count) finish(false)
      })
      incoming.on('end', () => finish(incoming.complete))
      incoming.on('error', () => {})
    })
    const timer = setTimeout(() => {
      outgoing.destroy()
      reject(new Error(`the watch gave no ${count} events in ${WATCH_MS_MAX} ms: ${text}`))
    }, WATCH_MS_MAX)
    outgoing.on('error', () => {})
    outgoing.end()
  })
}

export function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

export function pod(name: string, metadata: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [{ name: 'main', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] },
  }
}

export function deployment(name: string, spec: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] },
      },
      ...spec,
    },
  }
}
