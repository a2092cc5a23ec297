import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import Koa from 'koa'
import type { Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import type { TokenLookup } from './authentication.ts'
import { AUTHENTICATED_GROUP } from './authentication.ts'
import { splitTarget } from './exchange.ts'
import { createHostCheck } from './host-check.ts'
import type { ListenAddress } from './listener.ts'
import { Connections, closeServer, LISTENER_LIMITS, listen } from './listener.ts'
import { PassStore, SESSION_LIFETIME_MS } from './login.ts'
import type { Credentials } from './pki/sign-certificate.ts'
import { toApiError } from './respond.ts'

/** Answers `/git/...` for somebody who may. */
type GitHandler = (request: IncomingMessage, response: ServerResponse, identity: Identity) => Promise<void>

interface WebPage {
  readonly html: string
  /** CSP source of its one inline style, `'sha256-...'`. */
  readonly styleSource: string
}

export interface WebServerOptions {
  readonly address: ListenAddress
  /** Further names this server goes by. */
  readonly names?: readonly string[]
  /** Plain HTTP when left out; required off loopback. */
  readonly tls?: Credentials
  readonly authorizer: Authorizer
  readonly tokens: TokenLookup
  /** One-time codes that open the page. */
  readonly codes: PassStore
  readonly git: GitHandler
  /** The page as `identity` may see it. */
  readonly page: (identity: Identity) => Promise<WebPage>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface WebServer {
  /** Throws AddressInUseError. */
  listen(): Promise<ListenAddress>
  close(graceMs?: number): Promise<void>
}

const COOKIE = 'pintle_session'
const LOOPBACK = /^(127\.|::1$|localhost$)/

/** The second listener: Git over HTTP, and a page to look at. Nobody is anonymous here either. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { address, tls, clock, random, log, codes } = options
  if (tls === undefined && !LOOPBACK.test(address.host))
    throw new Error(
      `${address.host} can be reached from other machines, and without a certificate everybody on the way could read tokens: use 127.0.0.1`,
    )
  const checkHost = createHostCheck([address.host, ...(options.names ?? [])])
  const sessions = new PassStore({ clock, random, lifetimeMs: SESSION_LIFETIME_MS })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      checkHost(request)
      const { path, query } = splitTarget(request.url ?? '/')
      if (path === '/git' || path.startsWith('/git/')) await answerGit(request, response, path, query)
      else if (request.method !== 'GET' && request.method !== 'HEAD') sendText(response, 405, 'This page is read only.')
      else if (path === '/login') login(response, query.get('code') ?? '')
      else if (path === '/') await answerPage(request, response)
      else sendText(response, 404, 'There is no such page.')
    } catch (error) {
      if (response.headersSent) {
        response.destroy()
        return
      }
      const { status } = toApiError(error, log)
      sendText(response, status.code ?? 500, status.message ?? 'failed')
    }
  }

  async function answerGit(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const identity = identityOfHeader(request.headers.authorization, options.tokens)
    if (identity === undefined) {
      response.setHeader('www-authenticate', 'Basic realm="pintle", charset="UTF-8"')
      return sendText(
        response,
        401,
        'Who are you? Run `pintle init <dir>` once in your clone, or give a token of `pintle git-credential` as password.',
      )
    }
    const pushes = path.endsWith('/git-receive-pack') || query.get('service') === 'git-receive-pack'
    const verb = pushes ? 'update' : 'get'
    const why = await options.authorizer.refuse({ user: identity, verb, path: '/git' })
    if (why !== undefined)
      return sendText(response, 403, `${identity.user} may not ${pushes ? 'push' : 'fetch'} here: ${why}`)
    await options.git(request, response, identity)
  }

  function login(response: ServerResponse, code: string): void {
    const identity = codes.redeem(code)
    if (identity === undefined) {
      sendText(response, 401, 'This address was used before or is too old. `pintle up` prints a new one at each start.')
      return
    }
    const flags = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_LIFETIME_MS / 1000}${tls ? '; Secure' : ''}`
    response.setHeader('set-cookie', `${COOKIE}=${sessions.issue(identity)}; ${flags}`)
    response.setHeader('location', '/')
    sendText(response, 303, 'Welcome.')
  }

  async function answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const identity = sessions.find(cookieOf(request, COOKIE) ?? '')
    if (identity === undefined)
      return sendText(
        response,
        401,
        'Who are you? Open the address that `pintle up` prints at its start; it works once.',
      )
    const { html, styleSource } = await options.page(identity)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    send(response, 200, html, styleSource)
  }

  const app = new Koa()
  app.use(async context => {
    context.respond = false
    await handle(context.req, context.res)
  })
  const callback = app.callback()
  const server: Server = tls
    ? createTlsServer({ ...LISTENER_LIMITS, cert: tls.certificate, key: tls.key }, callback)
    : createServer(LISTENER_LIMITS, callback)
  // A push may take its time; Git's own limits bound its size.
  server.requestTimeout = 3_600_000
  const connections = new Connections(server)
  return {
    listen: () => listen(server, address),
    close: (graceMs = 2_000) => closeServer(server, connections, graceMs),
  }
}

/** `Basic` with a token as password and any user name, or `Bearer`. */
function identityOfHeader(header: string | undefined, tokens: TokenLookup): Identity | undefined {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2)
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(value) : scheme.toLowerCase() === 'bearer' ? value : ''
  const identity = token === '' ? undefined : tokens.find(token)
  return identity && { ...identity, groups: [...new Set([...identity.groups, AUTHENTICATED_GROUP])] }
}

function passwordOf(basic: string): string {
  const text = Buffer.from(basic, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}

function sendText(response: ServerResponse, code: number, text: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  send(response, code, `${text}\n`, "'none'")
}

function send(response: ServerResponse, code: number, body: string, styleSource: string): void {
  response.writeHead(code, {
    'content-length': Buffer.byteLength(body),
    'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(body)
}
