import type { Server as HttpServer } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { ApiHandler, type ApiHandlerOptions } from './api-handler.ts'
import { createHostCheck } from './host-check.ts'
import type { ListenAddress } from './listener.ts'
import { Connections, closeServer, LISTENER_LIMITS, listen } from './listener.ts'
import type { Pki } from './pki/pki.ts'
import type { SubjectNames } from './pki/sign-certificate.ts'
import { serverNames } from './server-names.ts'

export interface ApiServerOptions extends ApiHandlerOptions {
  readonly pki: Pki
  readonly address: ListenAddress
  /** Further names and addresses clients use; they stand in the certificate. */
  readonly names?: SubjectNames
}

export interface ApiServer {
  /** Throws AddressInUseError. */
  listen(): Promise<ListenAddress>
  /** Ends watches cleanly, waits at most `graceMs` for other answers, then cuts. */
  close(graceMs?: number): Promise<void>
}

const CLOSE_GRACE_MS = 2_000
/** How often the server's certificate is looked at. */
const RENEW_CHECK_MS = 12 * 3_600_000

/** The Kubernetes API over HTTPS. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { clock, log, pki, address } = options
  const names = serverNames(address.host, options.names)
  const handler = new ApiHandler(options, createHostCheck([...names.dns, ...names.ip]))
  const server = await createTlsServer(handler, pki, names)
  server.on('upgrade', (request, socket, head) => void handler.upgrade(request, socket, head))
  server.on('tlsClientError', error => log.log('debug', 'TLS handshake failed', { error: String(error) }))
  const listener = server as unknown as HttpServer
  const connections = new Connections(listener)
  const renewal = keepRenewed(server, pki, names, clock, log)
  return {
    listen: () => listen(listener, address),
    async close(graceMs = CLOSE_GRACE_MS) {
      renewal.cancel()
      handler.close()
      await closeServer(listener, connections, graceMs)
    },
  }
}

/**
 * Asks every client for a certificate and lets everybody in: who has none gets a 401 that explains itself. No framework
 * stands between: the handler answers all by itself, and the context of one is 7 to 10 % of what a GET costs.
 */
async function createTlsServer(handler: ApiHandler, pki: Pki, names: SubjectNames): Promise<HttpsServer> {
  const { certificate, key } = await pki.serverCredentials(names)
  return createServer(
    {
      ...LISTENER_LIMITS,
      cert: certificate,
      key,
      ca: pki.caCertificate,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      noDelay: true,
      handshakeTimeout: LISTENER_LIMITS.headersTimeout,
    },
    (request, response) => void handler.handle(request, response),
  )
}

/** A server that runs for a year must not end with its certificate. */
function keepRenewed(server: HttpsServer, pki: Pki, names: SubjectNames, clock: Clock, log: Logger): Timer {
  let timer = clock.setTimer(RENEW_CHECK_MS, () => void renew())

  async function renew(): Promise<void> {
    timer = clock.setTimer(RENEW_CHECK_MS, () => void renew())
    try {
      const { certificate, key } = await pki.serverCredentials(names)
      server.setSecureContext({ cert: certificate, key, ca: pki.caCertificate })
    } catch (error) {
      log.log('error', 'the server certificate could not be renewed', { error: String(error) })
    }
  }

  return { cancel: () => timer.cancel() }
}
