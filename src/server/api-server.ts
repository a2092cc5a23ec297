import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import { createServer } from 'node:https'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import Koa from 'koa'
import { type ApiError, apiError } from '../api/api-error.ts'
import type { Identity } from '../client/client.ts'
import type { Metrics } from '../client/metrics.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import type { Registry } from '../registry/registry.ts'
import { parseResourcePath } from './api-path.ts'
import type { TokenLookup } from './authentication.ts'
import { authenticate } from './authentication.ts'
import type { Exchange } from './exchange.ts'
import { splitTarget } from './exchange.ts'
import type { ReadinessCheck } from './health.ts'
import { answerHealth } from './health.ts'
import { createHostCheck } from './host-check.ts'
import { impersonate } from './impersonation.ts'
import type { ListenAddress } from './listener.ts'
import { Connections, closeServer, LISTENER_LIMITS, listen } from './listener.ts'
import { LoadLimit } from './load-limit.ts'
import type { Pki } from './pki/pki.ts'
import type { SubjectNames } from './pki/sign-certificate.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { answerResourceRequest } from './resource-request.ts'
import { sendBytes, sendError, toApiError } from './respond.ts'
import { createSystemPaths } from './system-paths.ts'
import { WatchFrames } from './watch-frames.ts'
import type { WatchStream } from './watch-stream.ts'

export interface ApiServerOptions {
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly pki: Pki
  readonly tokens: TokenLookup
  readonly address: ListenAddress
  /** Further names and addresses clients use; they stand in the certificate. */
  readonly names?: SubjectNames
  /** `0.1.0`. */
  readonly version: string
  readonly readiness?: readonly ReadinessCheck[]
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Logger
  /** Answers what is neither a resource nor a system path; false = not mine. */
  readonly extensions?: readonly ApiExtension[]
}

/** A part that adds paths of its own: pod logs, node tunnels, token requests. */
export interface ApiExtension {
  /** False: not this one's request. Throws ApiError. */
  answer?(exchange: Exchange): Promise<boolean>
  /** The same for requests to upgrade the connection, already authenticated. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity): Promise<boolean>
  /** The server closes: end what is under way. */
  close?(): void
}

export interface ApiServer {
  /** Throws AddressInUseError. */
  listen(): Promise<ListenAddress>
  /** Ends watches cleanly, waits at most `graceMs` for other answers, then cuts. */
  close(graceMs?: number): Promise<void>
}

/** Names a server has wherever it runs. */
const OWN_NAMES: SubjectNames = {
  dns: [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ],
  ip: ['127.0.0.1', '::1'],
}
const WILDCARD_ADDRESSES = new Set(['0.0.0.0', '::'])
/** How often the server's certificate is looked at. */
const RENEW_CHECK_MS = 12 * 3_600_000
/** Probed by service managers that have no identity; they say nothing but `ok`. */
const OPEN_PATHS = new Set(['/livez', '/readyz'])

/**
 * The Kubernetes API over HTTPS. Nobody is anonymous: without a client certificate of the cluster's own authority or a
 * bearer token the answer is 401 on every path, discovery and `/version` included. The two exceptions are `/livez` and
 * `/readyz` without `verbose`, which tell strangers nothing but `ok`.
 */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { registry, clock, log, pki } = options
  const names = namesOf(options)
  const checkHost = createHostCheck([...names.dns, ...names.ip])
  const streams = new Set<WatchStream>()
  const resourceOptions = { registry, clock, log, frames: new WatchFrames(), streams }
  const systemPaths = createSystemPaths(options)
  const measure = createRequestMetrics(options.metrics, clock)
  const load = new LoadLimit()
  options.metrics.gauge('pintle_api_requests_in_flight', 'API requests being answered, streams left out.', [], () => [
    { labels: [], value: load.inFlight },
  ])

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      checkHost(request)
      const { path, query } = splitTarget(request.url ?? '/')
      if (OPEN_PATHS.has(path) && !query.has('verbose')) return await sendHealth(response, path, options.readiness)
      const sender = authenticate(request, options.tokens)
      if (!isStream(query)) load.admit(response)
      const identity = await impersonate(request, sender, options.authorizer)
      await answer({ request, response, method: request.method ?? 'GET', path, query, identity })
    } catch (error) {
      sendError(request, response, error, log)
    }
  }

  async function answer(exchange: Exchange): Promise<void> {
    measure(exchange)
    for (const extension of options.extensions ?? []) if (await extension.answer?.(exchange)) return
    const resource = parseResourcePath(exchange.path)
    if (resource !== undefined) return await answerResourceRequest(exchange, resource, resourceOptions)
    await authorizePath(exchange)
    await systemPaths(exchange)
  }

  async function authorizePath({ identity, method, path }: Exchange): Promise<void> {
    const why = await options.authorizer.refuse({ user: identity, verb: method.toLowerCase(), path })
    if (why !== undefined)
      throw apiError(
        'Forbidden',
        `forbidden: User ${JSON.stringify(identity.user)} cannot ${method.toLowerCase()} path ${JSON.stringify(path)}: ${why}`,
      )
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      checkHost(request)
      const identity = await impersonate(request, authenticate(request, options.tokens), options.authorizer)
      for (const extension of options.extensions ?? [])
        if (await extension.upgrade?.(request, socket, head, identity)) return
      throw apiError('NotFound', 'the server could not find the requested resource', {})
    } catch (error) {
      log.log('debug', 'upgrade refused', { error: String(error) })
      refuseUpgrade(socket, toApiError(error, log))
    }
  }

  const app = new Koa()
  app.use(async context => {
    context.respond = false
    await handle(context.req, context.res)
  })
  const credentials = await pki.serverCredentials(names)
  const server = createServer(
    {
      ...LISTENER_LIMITS,
      cert: credentials.certificate,
      key: credentials.key,
      ca: pki.caCertificate,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      noDelay: true,
      handshakeTimeout: LISTENER_LIMITS.headersTimeout,
    },
    app.callback() as (request: IncomingMessage, response: ServerResponse) => void,
  ) as HttpServer & { setSecureContext(options: object): void }
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head))
  server.on('tlsClientError', error => log.log('debug', 'TLS handshake failed', { error: String(error) }))
  const connections = new Connections(server)
  let renewal = clock.setTimer(RENEW_CHECK_MS, () => void renew())

  async function renew(): Promise<void> {
    renewal = clock.setTimer(RENEW_CHECK_MS, () => void renew())
    try {
      const { certificate, key } = await pki.serverCredentials(names)
      server.setSecureContext({ cert: certificate, key, ca: pki.caCertificate })
    } catch (error) {
      log.log('error', 'the server certificate could not be renewed', { error: String(error) })
    }
  }

  return {
    listen: () => listen(server, options.address),
    async close(graceMs = 2_000) {
      renewal.cancel()
      for (const stream of streams) stream.end(undefined)
      for (const extension of options.extensions ?? []) extension.close?.()
      await closeServer(server, connections, graceMs)
    },
  }
}

function namesOf({ address, names }: ApiServerOptions): SubjectNames {
  const own = WILDCARD_ADDRESSES.has(address.host) ? machineAddresses() : [address.host]
  const all = [...own, ...(names?.dns ?? []), ...(names?.ip ?? [])]
  return {
    dns: [...new Set([...OWN_NAMES.dns, ...all.filter(name => isIP(name) === 0)])],
    ip: [...new Set([...OWN_NAMES.ip, ...all.filter(name => isIP(name) !== 0)])],
  }
}

/** Link-local ones are left out: they need a zone and are no names to be certified. */
function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
}

async function sendHealth(response: ServerResponse, path: string, checks: readonly ReadinessCheck[] = []) {
  const { code } = await answerHealth(path, false, checks)
  sendBytes(response, code, 'text/plain; charset=utf-8', code === 200 ? 'ok' : 'not ready')
}

function isStream(query: URLSearchParams): boolean {
  return query.has('watch') || query.has('follow')
}

function refuseUpgrade(socket: Duplex, { code, status }: ApiError): void {
  const body = JSON.stringify(status)
  const head = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? 'Refused'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
