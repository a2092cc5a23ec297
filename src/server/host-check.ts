import type { IncomingMessage } from 'node:http'
import { apiError } from '../api/api-error.ts'

/** Names of the API server inside a cluster, beside the loopback ones. */
const ALWAYS_ALLOWED = ['localhost', '127.0.0.1', '::1']

/**
 * Refuses requests that a browser was tricked into (DNS rebinding, cross-site requests): `Host` must be a name this
 * server goes by, and an `Origin` must be this very server. Throws 403 with what to do.
 */
export function createHostCheck(names: readonly string[]): (request: IncomingMessage) => void {
  const allowed = new Set([...ALWAYS_ALLOWED, ...names].map(name => name.toLowerCase()))
  return request => {
    const host = request.headers.host ?? ''
    const name = hostName(host)
    if (name === undefined || !(allowed.has(name) || name === localAddress(request)))
      throw apiError(
        'Forbidden',
        `this server does not go by the name ${JSON.stringify(host.slice(0, 255))}: use one of ${[...allowed].join(', ')}`,
      )
    const { origin } = request.headers
    if (origin !== undefined && originHost(origin) !== host.toLowerCase())
      throw apiError(
        'Forbidden',
        `requests from ${JSON.stringify(origin.slice(0, 255))} are not accepted: only pages of this server itself may call it`,
      )
  }
}

/** Without port and brackets, lower case; undefined when it is no host. */
function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s/@]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

/** The address the client connected to is one of ours by nature. */
function localAddress(request: IncomingMessage): string | undefined {
  return request.socket.localAddress?.replace(/^::ffff:/, '')
}

function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
}
