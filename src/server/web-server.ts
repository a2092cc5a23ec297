import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import Koa from 'koa'
import { createHostCheck } from './host-check.ts'
import type { ListenAddress } from './listener.ts'
import { Connections, closeServer, LISTENER_LIMITS, listen } from './listener.ts'
import type { Credentials } from './pki/sign-certificate.ts'
import { WebHandler, type WebHandlerOptions } from './web-handler.ts'

export interface WebServerOptions extends WebHandlerOptions {
  readonly address: ListenAddress
  /** Further names this server goes by. */
  readonly names?: readonly string[]
  /** Plain HTTP when left out; required off loopback. */
  readonly tls?: Credentials
}

export interface WebServer {
  /** Throws AddressInUseError. */
  listen(): Promise<ListenAddress>
  close(graceMs?: number): Promise<void>
}

const LOOPBACK = /^(127\.|::1$|localhost$)/
const CLOSE_GRACE_MS = 2_000
/** A push may take its time; Git's own limits bound its size. */
const REQUEST_TIMEOUT_MS = 3_600_000

/** The second listener: Git over HTTP, and a page to look at. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { address, tls, names = [] } = options
  if (tls === undefined && !LOOPBACK.test(address.host))
    throw new Error(
      `${address.host} can be reached from other machines, and without a certificate everybody on the way could read tokens: use 127.0.0.1`,
    )
  const handler = new WebHandler(options, createHostCheck([address.host, ...names]), tls !== undefined)
  const app = new Koa()
  app.use(async context => {
    context.respond = false
    await handler.handle(context.req, context.res)
  })
  const limits = { ...LISTENER_LIMITS, requestTimeout: REQUEST_TIMEOUT_MS }
  const server: Server = tls
    ? createTlsServer({ ...limits, cert: tls.certificate, key: tls.key }, app.callback())
    : createServer(limits, app.callback())
  const connections = new Connections(server)
  return {
    listen: () => listen(server, address),
    close: (graceMs = CLOSE_GRACE_MS) => closeServer(server, connections, graceMs),
  }
}
