import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData } from 'ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ApiErrorReason } from '../api/api-error.ts'
import { API_ERROR_CODES, apiError } from '../api/api-error.ts'
import type { Json } from '../api/object.ts'
import type { Identity } from '../client/client.ts'
import type { TunnelMessage } from '../client/node-tunnel-protocol.ts'
import {
  decodeFrame,
  parseTunnelMessage,
  TUNNEL_CREDIT_BYTES,
  TUNNEL_MESSAGE_BYTES_MAX,
  TUNNEL_PING_MS,
  TUNNEL_REQUESTS_MAX,
} from '../client/node-tunnel-protocol.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { ApiExtension } from './api-extension.ts'

/** The server's half of the connections that agents keep open. */
export interface NodeTunnels extends ApiExtension {
  isConnected(nodeName: string): boolean
  /** Names of the nodes whose agent is connected. */
  connected(): string[]
  /** Called when an agent came; at once for those already here. */
  onNodeConnected(listener: (nodeName: string) => void): { close(): void }
  /** Called when an agent came and each time it gives a sign of life, about every 10 s. */
  onHeartbeat(listener: (nodeName: string) => void): { close(): void }
  /** Called as soon as the connection is gone; whether the node is, time will tell. */
  onNodeLost(listener: (nodeName: string) => void): { close(): void }
  /**
   * Asks the agent's `handler`; the bytes of its answer. Ending the iteration, or `signal`, cancels it.
   * Throws ApiError: 503 when the node is not connected, else what the agent said.
   */
  request(nodeName: string, handler: string, parameters: Json, signal: AbortSignal): AsyncIterable<Uint8Array>
  close(): void
}

/** Names of nodes are DNS subdomains. */
const PATH = /^\/pintle\/v1\/nodes\/([a-z0-9.-]+)\/tunnel$/

export function createNodeTunnels({ clock, log }: { readonly clock: Clock; readonly log: Logger }): NodeTunnels {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: TUNNEL_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  })
  const nodes = new Map<string, NodeConnection>()
  const connectedListeners = new Set<(nodeName: string) => void>()
  const lostListeners = new Set<(nodeName: string) => void>()
  const heartbeatListeners = new Set<(nodeName: string) => void>()
  const beat = (nodeName: string) => {
    for (const listener of heartbeatListeners) listener(nodeName)
  }

  function accept(nodeName: string, socket: WebSocket): void {
    const before = nodes.get(nodeName)
    const onClose = () => {
      if (nodes.get(nodeName) !== connection) return
      nodes.delete(nodeName)
      log.log('info', 'node disconnected', { node: nodeName })
      for (const listener of lostListeners) listener(nodeName)
    }
    const connection = new NodeConnection(socket, clock, { onClose, onPong: () => beat(nodeName) })
    nodes.set(nodeName, connection)
    // A node has one agent: a second connection means that the first one is dead without knowing it.
    before?.close()
    log.log('info', 'node connected', { node: nodeName })
    for (const listener of connectedListeners) listener(nodeName)
    beat(nodeName)
  }

  return {
    async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity) {
      const match = PATH.exec(request.url ?? '')
      if (match === null) return false
      const nodeName = match[1]!
      if (identity.user !== `system:node:${nodeName}` || !identity.groups.includes('system:nodes'))
        throw apiError('Forbidden', `${identity.user} is not the agent of node ${nodeName}`)
      sockets.handleUpgrade(request, socket, head, accepted => accept(nodeName, accepted))
      return true
    },
    isConnected: nodeName => nodes.has(nodeName),
    connected: () => [...nodes.keys()],
    onNodeConnected(listener) {
      connectedListeners.add(listener)
      for (const nodeName of nodes.keys()) listener(nodeName)
      return { close: () => connectedListeners.delete(listener) }
    },
    onHeartbeat(listener) {
      heartbeatListeners.add(listener)
      for (const nodeName of nodes.keys()) listener(nodeName)
      return { close: () => heartbeatListeners.delete(listener) }
    },
    onNodeLost(listener) {
      lostListeners.add(listener)
      return { close: () => lostListeners.delete(listener) }
    },
    request(nodeName, handler, parameters, signal) {
      const connection = nodes.get(nodeName)
      if (connection === undefined)
        throw apiError('ServiceUnavailable', `the agent of node ${JSON.stringify(nodeName)} is not connected`)
      return connection.request(handler, parameters, signal)
    },
    close() {
      for (const connection of nodes.values()) connection.close()
      sockets.close()
    },
  }
}

/** One agent's connection and the answers under way on it. */
class NodeConnection {
  readonly #socket: WebSocket
  readonly #clock: Clock
  readonly #answers = new Map<number, Answer>()
  #nextId = 1
  #unanswered = 0
  #timer: Timer | undefined

  constructor(socket: WebSocket, clock: Clock, events: { onClose(): void; onPong(): void }) {
    this.#socket = socket
    this.#clock = clock
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#unanswered = 0
      events.onPong()
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      this.#timer?.cancel()
      for (const answer of this.#answers.values()) answer.fail(connectionLost())
      this.#answers.clear()
      events.onClose()
    })
    this.#ping()
  }

  async *request(handler: string, parameters: Json, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (this.#answers.size >= TUNNEL_REQUESTS_MAX)
      throw apiError('TooManyRequests', 'too many requests are under way on this node', { retryAfterSeconds: 1 })
    const id = this.#nextId
    this.#nextId = (this.#nextId % 0xffff_fffe) + 1
    const answer = new Answer()
    this.#answers.set(id, answer)
    const onAbort = () => answer.finish()
    signal.addEventListener('abort', onAbort, { once: true })
    this.#send({ id, type: 'request', handler, parameters, creditBytes: TUNNEL_CREDIT_BYTES })
    try {
      while (!signal.aborted) {
        const chunk = await answer.next()
        if (chunk === undefined) return
        yield chunk
        this.#send({ id, type: 'credit', bytes: chunk.byteLength })
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      if (this.#answers.delete(id) && !answer.ended) this.#send({ id, type: 'cancel' })
    }
  }

  close(): void {
    this.#socket.close(1001)
    this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (isBinary) {
      const frame = decodeFrame(data as Buffer)
      const answer = frame && this.#answers.get(frame.id)
      // More than was given credit for is not an agent of ours.
      if (frame && answer && !answer.push(frame.payload)) this.#socket.terminate()
      return
    }
    const message = parseTunnelMessage(String(data))
    const answer = message && this.#answers.get(message.id)
    if (message?.type === 'end') answer?.end()
    else if (message?.type === 'error') answer?.fail(agentError(message.reason, message.message))
  }

  #ping(): void {
    this.#timer = this.#clock.setTimer(TUNNEL_PING_MS, () => {
      if (this.#unanswered >= 2) return this.#socket.terminate()
      this.#unanswered += 1
      this.#socket.ping()
      this.#ping()
    })
  }

  #send(message: TunnelMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** Bytes that have come and are not yet taken; at most the credit given. */
class Answer {
  #chunks: Uint8Array[] = []
  #bytes = 0
  #error: Error | undefined
  #over = false
  #wake: (() => void) | undefined
  /** The agent has said its last word. */
  ended = false

  push(chunk: Uint8Array): boolean {
    this.#bytes += chunk.byteLength
    this.#chunks.push(chunk)
    this.#wake?.()
    return this.#bytes <= TUNNEL_CREDIT_BYTES
  }

  end(): void {
    this.ended = true
    this.finish()
  }

  fail(error: Error): void {
    this.#error = error
    this.end()
  }

  finish(): void {
    this.#over = true
    this.#wake?.()
  }

  /** Undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#error !== undefined) throw this.#error
      if (this.#over) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    const chunk = this.#chunks.shift()!
    this.#bytes -= chunk.byteLength
    return chunk
  }
}

function connectionLost() {
  return apiError('ServiceUnavailable', 'the connection to the node was lost')
}

function agentError(reason: string, message: string) {
  const known = Object.keys(API_ERROR_CODES).find(each => each === reason) as ApiErrorReason | undefined
  return apiError(known ?? 'InternalError', message)
}
