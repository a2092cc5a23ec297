import { chmod, unlink } from 'node:fs/promises'
import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { GitError } from './git-repository.ts'
import type { HookRequest } from './hook-request.ts'
import { parseHookRequest } from './hook-request.ts'
import type { DiskGitRepository } from './open-git-repository.ts'
import { printableText } from './printable-text.ts'
import type { PrintLine, PushGate } from './push-gate.ts'
import { pushWaitMs, unknownWaits } from './push-wait.ts'
import { openQuarantineView } from './quarantine-view.ts'
import { removeStaleRefLocks } from './remove-leftovers.ts'

/**
 * Listens on `pintle.sock` for the hooks of pushes and hands them to the gate. A push that goes away (Ctrl-C) aborts its
 * gate's signal; so does its time limit. Resolves once it listens.
 */
export async function createHookServer(options: HookServerOptions): Promise<{ close(): Promise<void> }> {
  const { socketPath, log } = options
  checkSocketPath(socketPath)
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // the hook went away: 'close' follows
    if (sockets.size > PUSHES_MAX) return answer(socket, 'More pushes at once than Pintle takes. Push again shortly.')
    serveHook(socket, options).catch(error =>
      log.log('error', 'a push could not be answered', { error: String(error) }),
    )
  })
  await listen(server, socketPath)
  return {
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export interface HookServerOptions {
  readonly socketPath: string
  readonly gate: PushGate
  readonly repository: DiskGitRepository
  readonly clock: Clock
  readonly log: Logger
}

const PUSHES_MAX = 128
const REQUEST_BYTES_MAX = 1024 * 1024
const REQUEST_MS_MAX = 5_000
/** Under the 10 s after which the hook refuses by itself. */
const CHECK_MS_MAX = 9_000
/** Time for the gate's last words when the wait is over. */
const LAST_WORDS_MS = 2_000
const LINES_MAX = 5_000
const UNSENT_BYTES_MAX = 1024 * 1024

/** What the system's address of a socket can hold; a longer one would be cut or refused without a reason. */
const SOCKET_PATH_BYTES_MAX = 103

function checkSocketPath(socketPath: string): void {
  const bytes = Buffer.byteLength(socketPath)
  if (bytes <= SOCKET_PATH_BYTES_MAX) return
  throw new GitError(
    'invalid',
    `the path of the socket ${socketPath} has ${bytes} bytes; the system allows ${SOCKET_PATH_BYTES_MAX}. Choose a data directory with a shorter path (--data-dir)`,
  )
}

/** A socket file left by a killed server is in the way; one server per data directory is the caller's to ensure. */
async function listen(server: Server, socketPath: string): Promise<void> {
  await unlink(socketPath).catch(() => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  await chmod(socketPath, 0o600)
}

async function serveHook(socket: Socket, options: HookServerOptions): Promise<void> {
  const ended = new AbortController()
  socket.on('close', () => ended.abort(new Error('the push was interrupted')))
  let request: HookRequest
  try {
    request = parseHookRequest(await readRequest(socket, options.clock), options.repository.path)
  } catch (error) {
    return answer(socket, `This push was not understood: ${error instanceof Error ? error.message : 'unknown error'}.`)
  }
  const print = printTo(socket)
  try {
    const accepted = await decide(request, print, ended, options)
    send(socket, { accepted })
  } catch (error) {
    if (!socket.destroyed)
      options.log.log('error', 'the check of a push failed', { error: String(error), hook: request.hook })
    print('Pintle failed while it looked at this push; its log tells why.')
    print(
      request.hook === 'pre-receive' ? 'Nothing landed. Push again.' : 'The push landed; watch it with pintle status.',
    )
    send(socket, { accepted: false })
  }
  socket.end()
}

function decide(
  request: HookRequest,
  print: PrintLine,
  ended: AbortController,
  options: HookServerOptions,
): Promise<boolean> {
  return request.hook === 'pre-receive' ? check(request, print, ended, options) : watch(request, print, ended, options)
}

async function check(
  { push, quarantine }: HookRequest,
  print: PrintLine,
  ended: AbortController,
  { gate, repository, clock, log }: HookServerOptions,
): Promise<boolean> {
  const late = new Promise<never>((_, reject) =>
    ended.signal.addEventListener('abort', () => reject(ended.signal.reason)),
  )
  late.catch(() => {})
  const timer = clock.setTimer(CHECK_MS_MAX, () => ended.abort(new TooLate()))
  const view = quarantine && (await openQuarantineView(repository, quarantine, clock))
  try {
    await removeStaleRefLocks(
      repository.path,
      push.updates.map(update => update.ref),
      { clock, log },
    )
    for (const option of unknownWaits(push.options))
      print(`-o ${option} is not understood; write for example -o wait=30s.`)
    const verdict = await Promise.race([gate.preReceive(push, view ?? repository, print, ended.signal), late])
    return verdict.accepted
  } catch (error) {
    if (!(error instanceof TooLate)) throw error
    print(`The check of this push took longer than ${CHECK_MS_MAX / 1000} s, so nothing landed. Push again.`)
    return false
  } finally {
    timer.cancel()
    view?.close()
  }
}

class TooLate extends Error {}

async function watch(
  { push }: HookRequest,
  print: PrintLine,
  ended: AbortController,
  { gate, clock }: HookServerOptions,
): Promise<boolean> {
  const waitMs = pushWaitMs(push.options)
  const timer = clock.setTimer(waitMs, () => ended.abort(new Error('the wait of this push is over')))
  let last: { cancel(): void } | undefined
  const over = new Promise<void>(resolve => {
    ended.signal.addEventListener('abort', () => {
      last = clock.setTimer(LAST_WORDS_MS, resolve)
    })
  })
  try {
    await Promise.race([gate.postReceive(push, print, ended.signal), over])
    return true
  } finally {
    timer.cancel()
    last?.cancel()
  }
}

function readRequest(socket: Socket, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(REQUEST_MS_MAX, () => reject(new Error('its request did not arrive in time')))
    let received = ''
    socket.setEncoding('utf8')
    socket.on('close', () => {
      timer.cancel()
      reject(new Error('it was interrupted'))
    })
    socket.on('data', (chunk: string) => {
      received += chunk
      const end = received.indexOf('\n')
      if (end < 0 && received.length <= REQUEST_BYTES_MAX) return
      timer.cancel()
      if (end < 0) reject(new Error('it moves too many refs at once'))
      else resolve(received.slice(0, end))
    })
  })
}

/** Never waits for the pusher's terminal: what it does not read in time is cut off. */
function printTo(socket: Socket): PrintLine {
  let lines = 0
  return text => {
    for (const line of text.split('\n')) {
      if (++lines > LINES_MAX || socket.writableLength > UNSENT_BYTES_MAX) return
      send(socket, { line: lines === LINES_MAX ? '(more lines are left out)' : printableText(line) })
    }
  }
}

function answer(socket: Socket, line: string): void {
  send(socket, { line })
  send(socket, { accepted: false })
  socket.end()
}

function send(socket: Socket, message: object): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}
