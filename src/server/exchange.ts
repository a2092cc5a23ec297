import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../client/client.ts'

/** One request with who asks, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** Without the query string, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly identity: Identity
}

/** Splits a request target; a lone slash at the end means nothing. */
export function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
  }
}
