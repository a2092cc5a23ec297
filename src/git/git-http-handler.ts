import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, dirname } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { CgiResponse } from './cgi-response.ts'
import type { GitCommand } from './git-command.ts'

/**
 * Git's smart HTTP protocol for one repository, through `git http-backend` (a CGI program): fetch and push, streamed both
 * ways. Whoever calls it has authenticated and authorized the request; the identity becomes the pusher. The last
 * segments of the URL decide: `.../<name>.git/info/refs`, `/git-upload-pack`, `/git-receive-pack`. Resolves when the
 * response ended.
 */
export function createGitHttpHandler(options: GitHttpOptions): GitHttpHandler {
  let running = 0
  return async (request, response, identity) => {
    const service = findService(request, basename(options.repositoryPath))
    if (service === undefined) return reply(response, 404, NOT_FOUND)
    if (request.method !== service.method) return reply(response, 405, `Use ${service.method} here.`)
    if (/[\x00-\x1f\x7f]/.test(identity.user)) return reply(response, 400, 'The user name has control characters.')
    if (running >= RUNNING_MAX)
      return reply(response, 503, 'More Git requests at once than Pintle takes. Try again shortly.')
    running++
    try {
      await serve(request, response, service, identity, options)
    } finally {
      running--
    }
  }
}

export type GitHttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  identity: { readonly user: string },
) => Promise<void>

export interface GitHttpOptions {
  /** As the opened repository has it (`repository.path`, `repository.command`). */
  readonly repositoryPath: string
  readonly command: GitCommand
  readonly clock: Clock
  readonly log: Logger
}

const RUNNING_MAX = 64
/** A push may watch its rollout for up to an hour. */
const REQUEST_MS_MAX = 75 * 60_000
const CLEAR_UP_MS_MAX = 500
const END_MS_MAX = 5_000
const NOT_FOUND = 'There is no such Git repository here. The address is printed by "pintle status".'

interface Service {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly query: string
}

/** Only the three requests of the smart protocol: no file of the repository is ever sent as it is. */
function findService(request: IncomingMessage, repositoryName: string): Service | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  if (url === null) return undefined
  const match = /\/([^/]+)\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname)
  if (match === null || match[1] !== repositoryName) return undefined
  const path = match[2]!
  if (path !== 'info/refs') return { path, method: 'POST', query: '' }
  const service = url.searchParams.get('service')
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return undefined
  return { path, method: 'GET', query: `service=${service}` }
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  identity: { readonly user: string },
  { repositoryPath, command, clock, log }: GitHttpOptions,
): Promise<void> {
  return new Promise(resolve => {
    // A process group of its own, so that everything it started (receive-pack, hooks) ends with it.
    const child = spawn(command.binary, ['http-backend'], {
      cwd: '/',
      env: { ...command.environment, ...cgiEnvironment(request, service, identity.user, repositoryPath) },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    const stop = (why: string) => {
      log.log('info', 'a git request was cut off', { why, path: service.path, user: identity.user })
      endGroup(child, clock)
    }
    const timer = clock.setTimer(REQUEST_MS_MAX, () => stop('it took too long'))
    const output = new CgiResponse(response)
    let complaint = ''
    request.pipe(child.stdin)
    request.on('error', () => child.stdin.destroy())
    child.stdin.on('error', () => request.unpipe(child.stdin).resume()) // git has read what it wants
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.write(chunk)) return
      child.stdout.pause()
      response.once('drain', () => child.stdout.resume())
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-COMPLAINT_LENGTH_MAX)
    })
    const onClose = () => {
      if (!response.writableFinished) stop('the client went away')
    }
    response.on('close', onClose)
    child.on('error', error => {
      complaint = error.message
    })
    child.on('close', code => {
      timer.cancel()
      response.off('close', onClose)
      if (code !== 0) log.log('warn', 'git http-backend failed', { code, path: service.path, complaint })
      if (output.isStarted) response.end(resolve)
      else reply(response, 500, 'Git could not answer this request; the log of Pintle tells why.', resolve)
      if (response.destroyed) resolve()
    })
  })
}

const COMPLAINT_LENGTH_MAX = 2_000

function cgiEnvironment(request: IncomingMessage, service: Service, user: string, repositoryPath: string) {
  const { headers } = request
  const header = (name: string, variable: string) => {
    const value = headers[name]
    return typeof value === 'string' ? { [variable]: value } : {}
  }
  return {
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GIT_PROJECT_ROOT: dirname(repositoryPath),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repositoryPath)}/${service.path}`,
    REQUEST_METHOD: service.method,
    QUERY_STRING: service.query,
    REMOTE_USER: user,
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
    ...header('content-type', 'CONTENT_TYPE'),
    ...header('content-length', 'CONTENT_LENGTH'),
    ...header('content-encoding', 'HTTP_CONTENT_ENCODING'),
    ...header('git-protocol', 'GIT_PROTOCOL'),
  }
}

/**
 * Ends what the client no longer waits for: the end of its input lets git stop and clear up by itself; then SIGTERM, so
 * that git removes its lock files; then SIGKILL.
 */
function endGroup(child: ChildProcessWithoutNullStreams, clock: Clock): void {
  child.stdin.destroy()
  child.stdout.resume()
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, name)
    } catch {
      // All of it ended meanwhile.
    }
  }
  const timers = [
    clock.setTimer(CLEAR_UP_MS_MAX, () => signal('SIGTERM')),
    clock.setTimer(END_MS_MAX, () => signal('SIGKILL')),
  ]
  child.once('close', () => timers.forEach(timer => void timer.cancel()))
}

function reply(response: ServerResponse, status: number, sentence: string, done: () => void = () => {}): void {
  if (response.destroyed) {
    done()
    return
  }
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  })
  response.end(`${sentence}\n`, done)
}
