import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import type { TokenLookup } from './authentication.ts'
import { AUTHENTICATED_GROUP } from './authentication.ts'
import { splitTarget } from './exchange.ts'
import { PassStore, SESSION_LIFETIME_MS } from './login.ts'
import { toApiError } from './respond.ts'

/** Answers `/git/...` for somebody who may. */
type GitHandler = (request: IncomingMessage, response: ServerResponse, identity: Identity) => Promise<void>

interface WebPage {
  readonly html: string
  /** CSP source of its one inline style, `'sha256-...'`. */
  readonly styleSource: string
}

export interface WebHandlerOptions {
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

const COOKIE = 'pintle_session'
const ASK_FOR_TOKEN =
  'Who are you? Run `pintle init <dir>` once in your clone, or give a token of `pintle git-credential` as password.'
const ASK_FOR_CODE = 'Who are you? Open the address that `pintle up` prints at its start; it works once.'
const CODE_IS_SPENT = 'This address was used before or is too old. `pintle up` prints a new one at each start.'

/** Git for who has a token, the page for who has a session. Nobody is anonymous. */
export class WebHandler {
  readonly #options: WebHandlerOptions
  /** Throws when the request may not come from where it does. */
  readonly #checkHost: (request: IncomingMessage) => void
  /** Cookies are marked Secure. */
  readonly #isEncrypted: boolean
  readonly #sessions: PassStore

  constructor(options: WebHandlerOptions, checkHost: (request: IncomingMessage) => void, isEncrypted: boolean) {
    const { clock, random } = options
    this.#options = options
    this.#checkHost = checkHost
    this.#isEncrypted = isEncrypted
    this.#sessions = new PassStore({ clock, random, lifetimeMs: SESSION_LIFETIME_MS })
  }

  /** Never rejects: what goes wrong is an answer too. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#checkHost(request)
      await this.#answer(request, response)
    } catch (error) {
      const { status } = toApiError(error, this.#options.log)
      if (response.headersSent) response.destroy()
      else sendText(response, status.code ?? 500, status.message ?? 'failed')
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = splitTarget(request.url ?? '/')
    if (path === '/git' || path.startsWith('/git/')) await this.#answerGit(request, response, path, query)
    else if (request.method !== 'GET' && request.method !== 'HEAD') sendText(response, 405, 'This page is read only.')
    else if (path === '/login') this.#login(response, query.get('code') ?? '')
    else if (path === '/') await this.#answerPage(request, response)
    else sendText(response, 404, 'There is no such page.')
  }

  async #answerGit(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { tokens, authorizer, git } = this.#options
    const identity = identityOfHeader(request.headers.authorization, tokens)
    if (identity === undefined) {
      response.setHeader('www-authenticate', 'Basic realm="pintle", charset="UTF-8"')
      return sendText(response, 401, ASK_FOR_TOKEN)
    }
    const pushes = path.endsWith('/git-receive-pack') || query.get('service') === 'git-receive-pack'
    const why = await authorizer.refuse({ user: identity, verb: pushes ? 'update' : 'get', path: '/git' })
    if (why !== undefined)
      return sendText(response, 403, `${identity.user} may not ${pushes ? 'push' : 'fetch'} here: ${why}`)
    await git(request, response, identity)
  }

  #login(response: ServerResponse, code: string): void {
    const identity = this.#options.codes.redeem(code)
    if (identity === undefined) {
      sendText(response, 401, CODE_IS_SPENT)
      return
    }
    const flags = ['HttpOnly', 'SameSite=Strict', 'Path=/', `Max-Age=${SESSION_LIFETIME_MS / 1000}`]
    if (this.#isEncrypted) flags.push('Secure')
    response.setHeader('set-cookie', [`${COOKIE}=${this.#sessions.issue(identity)}`, ...flags].join('; '))
    response.setHeader('location', '/')
    sendText(response, 303, 'Welcome.')
  }

  async #answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const identity = this.#sessions.find(cookieOf(request, COOKIE) ?? '')
    if (identity === undefined) return sendText(response, 401, ASK_FOR_CODE)
    const { html, styleSource } = await this.#options.page(identity)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    send(response, 200, html, styleSource)
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
