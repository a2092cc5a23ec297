import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Status } from '../api/api-error.ts'
import { ApiError, apiError } from '../api/api-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { ServerAccess } from './kubeconfig.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query string. */
  readonly path: string
  readonly contentType?: string
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpAnswer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface HttpConnectionOptions {
  readonly access: ServerAccess
  readonly userAgent: string
  readonly clock: Clock
}

const REQUEST_TIMEOUT_MS = 60_000
/** Below the server's own, so that it is us who close idle connections and no request meets a closing one. */
const IDLE_TIMEOUT_MS = 45_000
const ANSWER_BYTES_MAX = 512 * 1024 * 1024
const ERROR_BYTES_MAX = 1024 * 1024

/** Kept-alive HTTPS connections to one server, as one identity. Throws ApiError, also when the server is away. */
export class HttpConnection {
  readonly #options: HttpConnectionOptions
  readonly #base: URL
  readonly #agent: Agent
  /** Streams hold their connection for long and must not take those of requests. */
  readonly #streamAgent: Agent

  constructor(options: HttpConnectionOptions) {
    this.#options = options
    this.#base = new URL(options.access.server)
    if (this.#base.protocol !== 'https:')
      throw new Error(`${options.access.server} is not an https address: identities are never sent in the clear`)
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8, timeout: IDLE_TIMEOUT_MS })
    this.#streamAgent = new Agent({ keepAlive: false })
  }

  /** Sends once. The answer may have any code. */
  send(call: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#requestOptions(call, this.#agent), incoming => {
        readAll(incoming, ANSWER_BYTES_MAX)
          .then(body => resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, body }))
          .catch(error => reject(this.#unreachable(call, error)))
          .finally(() => timer.cancel())
      })
      const timer = this.#options.clock.setTimer(REQUEST_TIMEOUT_MS, () => outgoing.destroy(noAnswer()))
      outgoing.on('error', error => {
        timer.cancel()
        reject(this.#unreachable(call, error))
      })
      outgoing.end(call.body)
    })
  }

  /** A long answer, once its headers say 200. Aborting `signal` ends it. */
  stream(call: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...this.#requestOptions(call, this.#streamAgent), signal }, incoming => {
        timer.cancel()
        if (incoming.statusCode === 200) return resolve(incoming)
        readAll(incoming, ERROR_BYTES_MAX)
          .then(body => reject(toApiError(incoming.statusCode ?? 0, body)))
          .catch(error => reject(this.#unreachable(call, error)))
      })
      const timer = this.#options.clock.setTimer(REQUEST_TIMEOUT_MS, () => outgoing.destroy(noAnswer()))
      outgoing.setSocketKeepAlive(true, 30_000)
      outgoing.on('error', error => {
        timer.cancel()
        reject(this.#unreachable(call, error))
      })
      outgoing.end(call.body)
    })
  }

  /** Options for opening a WebSocket beside the requests. */
  socketOptions() {
    return { ...this.#tls(), headers: this.#headers({ method: 'GET', path: '/' }) }
  }

  get server(): URL {
    return this.#base
  }

  close(): void {
    this.#agent.destroy()
    this.#streamAgent.destroy()
  }

  #requestOptions(call: HttpRequest, agent: Agent): RequestOptions {
    return {
      agent,
      host: this.#base.hostname.replace(/^\[|\]$/g, ''),
      port: this.#base.port || 443,
      method: call.method,
      path: call.path,
      headers: this.#headers(call),
      ...this.#tls(),
    }
  }

  #tls() {
    const { ca, certificate, key } = this.#options.access
    return {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
    }
  }

  #headers(call: HttpRequest): Record<string, string | number> {
    const { token } = this.#options.access
    return {
      accept: 'application/json',
      'user-agent': this.#options.userAgent,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(call.contentType !== undefined && { 'content-type': call.contentType }),
      ...(call.body !== undefined && { 'content-length': Buffer.byteLength(call.body) }),
      ...call.headers,
    }
  }

  /** A read can simply be tried again; of a write nobody knows whether it happened. */
  #unreachable(call: HttpRequest, cause: Error): ApiError {
    if (cause instanceof ApiError) return cause
    const { code } = cause as NodeJS.ErrnoException
    const refused = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH'
    if (call.method === 'GET' || refused)
      return apiError('ServiceUnavailable', `cannot reach ${this.#base.origin}: ${cause.message}`)
    return apiError(
      'Timeout',
      `the answer of ${this.#base.origin} was lost (${cause.message}): the change may have been made or not`,
    )
  }
}

function noAnswer(): Error {
  return new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`)
}

function readAll(incoming: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= bytesMax) chunks.push(chunk)
      else incoming.destroy(new Error(`the answer is longer than ${bytesMax} bytes`))
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', reject)
    incoming.on('close', () => reject(new Error('the answer broke off')))
  })
}

/** The Status in an answer, or one made from its code. */
export function toApiError(code: number, body: Buffer): ApiError {
  const text = body.toString('utf8')
  try {
    const status = JSON.parse(text) as Status
    if (status.kind === 'Status') return new ApiError({ code, ...status })
  } catch {
    // Falls through: not from an API server.
  }
  const { status } = apiError('InternalError', `the server answered ${code}: ${text.slice(0, 500)}`)
  return new ApiError({ ...status, code })
}
