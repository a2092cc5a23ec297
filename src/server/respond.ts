import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Status } from '../api/api-error.ts'
import { ApiError, apiError } from '../api/api-error.ts'
import { InvariantViolation } from '../lib/invariant.ts'
import type { Logger } from '../lib/log.ts'

/** Beyond this the warnings of one answer are left out: headers have their limits too. */
const WARNING_BYTES_MAX = 4096
/** What is still read of a refused body, so that the client gets to read the answer. */
const DRAIN_BYTES_MAX = 16 * 1024 * 1024

/** Collects `Warning:` texts of one request; each is sent once. */
export class Warnings {
  readonly texts: string[] = []
  #bytes = 0

  add(text: string): void {
    if (this.texts.includes(text) || this.#bytes + text.length > WARNING_BYTES_MAX) return
    this.#bytes += text.length
    this.texts.push(text)
  }

  /** RFC 7234, section 5.5, code 299, as Kubernetes sends them. */
  headers(): OutgoingHttpHeaders {
    return this.texts.length === 0 ? {} : { warning: this.texts.map(formatWarning).join(', ') }
  }
}

function formatWarning(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]+/g, ' ').replaceAll(/(["\\])/g, '\\$1')
  return `299 - "${printable}"`
}

export function sendBytes(
  response: ServerResponse,
  code: number,
  contentType: string,
  bytes: Uint8Array | string,
  headers: OutgoingHttpHeaders = {},
): void {
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength
  response.writeHead(code, { 'content-type': contentType, 'content-length': length, ...headers })
  response.end(bytes)
}

export function sendJson(response: ServerResponse, code: number, value: unknown, headers?: OutgoingHttpHeaders): void {
  sendBytes(response, code, 'application/json', JSON.stringify(value), headers)
}

/** Every error leaves as a Status in JSON, whatever the client would rather accept. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, log: Logger): void {
  const { status } = toApiError(error, log)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const headers: OutgoingHttpHeaders = {}
  if (status.details?.retryAfterSeconds !== undefined) headers['retry-after'] = `${status.details.retryAfterSeconds}`
  const bodyUnderWay = hasBody(request) && !request.complete
  if (bodyUnderWay) headers.connection = 'close'
  sendJson(response, status.code ?? 500, status, headers)
  if (bodyUnderWay) drain(request)
}

/**
 * Trouble of our own is logged here and shown without its details. A broken invariant ends the process: thrown outside of
 * every request, where nobody can catch it.
 */
export function toApiError(error: unknown, log: Logger): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof InvariantViolation)
    queueMicrotask(() => {
      throw error
    })
  log.log('error', 'request failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return apiError('InternalError', 'Internal error occurred: see the log of the server')
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

function drain(request: IncomingMessage): void {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > DRAIN_BYTES_MAX) request.destroy()
  })
  request.on('error', () => {})
}

export function successStatus(code: number, details?: Status['details']): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details && { details }), code }
}

export function methodNotAllowed() {
  return apiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}
