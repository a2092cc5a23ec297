import { WebSocket } from 'ws'
import { isApiError } from '../api/api-error.ts'
import type { Json } from '../api/object.ts'
import type { BackoffLimits } from '../lib/backoff.ts'
import { backoffDelayMs } from '../lib/backoff.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { messageOf } from '../lib/message-of.ts'
import type { Random } from '../lib/random.ts'
import type { HttpConnection } from './http-connection.ts'
import type { TunnelMessage } from './node-tunnel-protocol.ts'
import {
  encodeFrame,
  nodeTunnelPath,
  parseTunnelMessage,
  TUNNEL_FRAME_BYTES_MAX,
  TUNNEL_MESSAGE_BYTES_MAX,
  TUNNEL_PING_MS,
  TUNNEL_REQUESTS_MAX,
} from './node-tunnel-protocol.ts'

/** Answers one request of the server. Ends early when `signal` is aborted. Throws ApiError to say why it cannot. */
export type TunnelHandler = (parameters: Json, signal: AbortSignal) => AsyncIterable<Uint8Array>

export interface NodeTunnelClientOptions {
  readonly connection: HttpConnection
  readonly nodeName: string
  /** By name, as the server asks for them: `logs`. */
  readonly handlers: Readonly<Record<string, TunnelHandler>>
  /** The server is there (again): it may be another one than before. */
  readonly onConnected?: () => void
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** A connection that lasted so long was a good one. */
const HEALTHY_MS = 10_000
const RECONNECT: BackoffLimits = { initialMs: 200, maxMs: 3_000 }

/** The agent's half: keeps one connection to the server, for ever, and answers what comes over it. */
export function startNodeTunnelClient(options: NodeTunnelClientOptions): { close(): void } {
  const { clock, random, log, nodeName, connection } = options
  let closed = false
  let attempt = 0
  let timer: Timer | undefined
  let socket: WebSocket | undefined

  function connect(): void {
    const address = new URL(nodeTunnelPath(nodeName), connection.server)
    address.protocol = 'wss:'
    const opening = new WebSocket(address, {
      ...connection.socketOptions(),
      maxPayload: TUNNEL_MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      handshakeTimeout: 3 * TUNNEL_PING_MS,
    })
    socket = opening
    const answers = new TunnelAnswers(opening, options)
    let silence: Timer | undefined
    const hear = () => {
      silence?.cancel()
      silence = clock.setTimer(3 * TUNNEL_PING_MS, () => opening.terminate())
    }
    let openedMs: number | undefined
    opening.on('open', () => {
      openedMs = clock.monotonic()
      hear()
      log.log('info', 'connected to the server', { node: nodeName })
      options.onConnected?.()
    })
    opening.on('ping', hear)
    opening.on('message', (data, isBinary) => {
      hear()
      if (!isBinary) answers.receive(String(data))
    })
    opening.on('error', error => log.log('debug', 'node tunnel failed', { error: error.message }))
    opening.on('close', () => {
      silence?.cancel()
      answers.cancelAll()
      if (closed) return
      // Two agents of one node put each other off: that must not become a tight loop.
      if (openedMs !== undefined && clock.monotonic() - openedMs >= HEALTHY_MS) attempt = 0
      if (attempt === 0) log.log('warn', 'connection to the server lost, trying again', { node: nodeName })
      timer = clock.setTimer(backoffDelayMs(RECONNECT, attempt++, random), connect)
    })
  }

  connect()
  return {
    close() {
      closed = true
      timer?.cancel()
      socket?.close(1000)
      socket?.terminate()
    },
  }
}

/** The answers under way on one connection. */
class TunnelAnswers {
  readonly #socket: WebSocket
  readonly #options: NodeTunnelClientOptions
  readonly #running = new Map<number, { readonly abort: AbortController; readonly credit: Credit }>()

  constructor(socket: WebSocket, options: NodeTunnelClientOptions) {
    this.#socket = socket
    this.#options = options
  }

  receive(text: string): void {
    const message = parseTunnelMessage(text)
    if (message?.type === 'request') void this.#answer(message)
    else if (message?.type === 'credit') this.#running.get(message.id)?.credit.add(message.bytes)
    else if (message?.type === 'cancel') this.#cancel(message.id)
  }

  cancelAll(): void {
    for (const id of [...this.#running.keys()]) this.#cancel(id)
  }

  async #answer({ id, handler, parameters, creditBytes }: TunnelMessage & { readonly type: 'request' }): Promise<void> {
    const handle = this.#options.handlers[handler]
    if (handle === undefined || this.#running.size >= TUNNEL_REQUESTS_MAX) {
      const message =
        handle === undefined ? `this agent cannot do ${handler}` : 'too many requests at once on this node'
      return this.#send({ id, type: 'error', reason: handle === undefined ? 'NotFound' : 'TooManyRequests', message })
    }
    const abort = new AbortController()
    const credit = new Credit(creditBytes)
    this.#running.set(id, { abort, credit })
    try {
      for await (const bytes of handle(parameters, abort.signal))
        for (let at = 0; at < bytes.byteLength; at += TUNNEL_FRAME_BYTES_MAX) {
          const payload = bytes.subarray(at, at + TUNNEL_FRAME_BYTES_MAX)
          await credit.take(payload.byteLength)
          if (abort.signal.aborted) return
          this.#socket.send(encodeFrame(id, payload))
        }
      this.#send({ id, type: 'end' })
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(id, error)
    } finally {
      this.#running.delete(id)
    }
  }

  #fail(id: number, error: unknown): void {
    const reason = isApiError(error) ? error.reason : 'InternalError'
    if (!isApiError(error)) this.#options.log.log('error', 'node request failed', { error: String(error) })
    this.#send({ id, type: 'error', reason, message: messageOf(error) })
  }

  #cancel(id: number): void {
    const running = this.#running.get(id)
    this.#running.delete(id)
    running?.abort.abort()
    running?.credit.open()
  }

  #send(message: TunnelMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** Bytes that may still be sent. */
class Credit {
  #bytes: number
  #waiting: (() => void) | undefined

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  add(bytes: number): void {
    this.#bytes += bytes
    this.#waiting?.()
  }

  /** Lets everybody pass, when the answer is no longer wanted. */
  open(): void {
    this.add(Number.POSITIVE_INFINITY)
  }

  async take(bytes: number): Promise<void> {
    while (this.#bytes < bytes)
      await new Promise<void>(resolve => {
        this.#waiting = resolve
      })
    this.#bytes -= bytes
  }
}
