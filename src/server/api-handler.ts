import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ApiError, apiError } from '../api/api-error.ts'
import type { Metrics } from '../client/metrics.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import type { Registry } from '../registry/registry.ts'
import type { ApiExtension } from './api-extension.ts'
import { parseResourcePath } from './api-path.ts'
import type { TokenLookup } from './authentication.ts'
import { authenticate } from './authentication.ts'
import type { Exchange } from './exchange.ts'
import { splitTarget } from './exchange.ts'
import type { ReadinessCheck } from './health.ts'
import { answerHealth } from './health.ts'
import { impersonate } from './impersonation.ts'
import { LoadLimit } from './load-limit.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { answerResourceRequest } from './resource-request.ts'
import { sendBytes, sendError, toApiError } from './respond.ts'
import { createSystemPaths } from './system-paths.ts'
import { WatchFrames } from './watch-frames.ts'
import type { WatchStream } from './watch-stream.ts'

export interface ApiHandlerOptions {
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly tokens: TokenLookup
  /** `0.1.0`. */
  readonly version: string
  readonly readiness?: readonly ReadinessCheck[]
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Logger
  /** Asked first, in this order. */
  readonly extensions?: readonly ApiExtension[]
}

/** Probed by service managers that have no identity; they say nothing but `ok`. */
const OPEN_PATHS = new Set(['/livez', '/readyz'])

/**
 * From a request to its answer. Nobody is anonymous: without a client certificate of the cluster's own authority or a
 * bearer token the answer is 401 on every path, discovery and `/version` included. The two exceptions are `/livez` and
 * `/readyz` without `verbose`, which tell strangers nothing but `ok`.
 */
export class ApiHandler {
  readonly #options: ApiHandlerOptions
  /** Throws when the request may not come from where it does. */
  readonly #checkHost: (request: IncomingMessage) => void
  readonly #systemPaths: (exchange: Exchange) => Promise<void>
  readonly #measure: (exchange: Exchange) => void
  readonly #load = new LoadLimit()
  readonly #frames = new WatchFrames()
  readonly #streams = new Set<WatchStream>()

  constructor(options: ApiHandlerOptions, checkHost: (request: IncomingMessage) => void) {
    this.#options = options
    this.#checkHost = checkHost
    this.#systemPaths = createSystemPaths(options)
    this.#measure = createRequestMetrics(options.metrics, options.clock)
    const help = 'API requests being answered, streams left out.'
    options.metrics.gauge('pintle_api_requests_in_flight', help, [], () => [{ labels: [], value: this.#load.inFlight }])
  }

  /** Never rejects: what goes wrong is an answer too. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { tokens, authorizer, readiness, log } = this.#options
    try {
      this.#checkHost(request)
      const { path, query } = splitTarget(request.url ?? '/')
      if (OPEN_PATHS.has(path) && !query.has('verbose')) return await sendHealth(response, path, readiness)
      const sender = authenticate(request, tokens)
      const method = request.method ?? 'GET'
      if (!isStream(method, query)) this.#load.admit(response)
      const identity = await impersonate(request, sender, authorizer)
      await this.#answer({ request, response, method, path, query, identity })
    } catch (error) {
      sendError(request, response, error, log)
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { tokens, authorizer, extensions = [], log } = this.#options
    socket.on('error', () => socket.destroy())
    try {
      this.#checkHost(request)
      const identity = await impersonate(request, authenticate(request, tokens), authorizer)
      for (const extension of extensions) if (await extension.upgrade?.(request, socket, head, identity)) return
      throw apiError('NotFound', 'the server could not find the requested resource', {})
    } catch (error) {
      log.log('debug', 'upgrade refused', { error: String(error) })
      refuseUpgrade(socket, toApiError(error, log))
    }
  }

  /** Ends watches at the end of an event, and lets the extensions end what is theirs. */
  close(): void {
    for (const stream of this.#streams) stream.end(undefined)
    for (const extension of this.#options.extensions ?? []) extension.close?.()
  }

  async #answer(exchange: Exchange): Promise<void> {
    this.#measure(exchange)
    const { registry, clock, log, extensions = [] } = this.#options
    for (const extension of extensions) if (await extension.answer?.(exchange)) return
    const resource = parseResourcePath(exchange.path)
    if (resource !== undefined) {
      const options = { registry, clock, log, frames: this.#frames, streams: this.#streams }
      return await answerResourceRequest(exchange, resource, options)
    }
    await this.#authorizePath(exchange)
    await this.#systemPaths(exchange)
  }

  async #authorizePath({ identity, method, path }: Exchange): Promise<void> {
    const verb = method.toLowerCase()
    const why = await this.#options.authorizer.refuse({ user: identity, verb, path })
    if (why === undefined) return
    const what = `User ${JSON.stringify(identity.user)} cannot ${verb} path ${JSON.stringify(path)}`
    throw apiError('Forbidden', `forbidden: ${what}: ${why}`)
  }
}

async function sendHealth(response: ServerResponse, path: string, checks: readonly ReadinessCheck[] = []) {
  const { code } = await answerHealth(path, false, checks)
  sendBytes(response, code, 'text/plain; charset=utf-8', code === 200 ? 'ok' : 'not ready')
}

/** Streams last as long as their reader likes, and take nothing while nothing happens. */
function isStream(method: string, query: URLSearchParams): boolean {
  return method === 'GET' && (query.has('watch') || query.has('follow'))
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
