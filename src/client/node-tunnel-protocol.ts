import type { Json } from '../api/object.ts'

/**
 * What runs over the one connection that each agent keeps open to its server. Agents may sit where nobody can reach
 * them: they open a WebSocket to `nodeTunnelPath`, and the server sends its requests over it. The open connection is
 * the node's heartbeat as well.
 *
 * Text messages are `TunnelMessage`s in JSON. Binary messages carry the bytes of an answer: the id of its request (4
 * bytes, big-endian), then the payload. An answer may have at most as many bytes on the way as the server gave credit
 * for, so that one slow reader holds up neither the others nor memory.
 */
export type TunnelMessage =
  /** Server to agent: begin. Carries the first credit. */
  | {
      readonly id: number
      readonly type: 'request'
      readonly handler: string
      readonly parameters: Json
      readonly creditBytes: number
    }
  /** Server to agent: so much more may be sent. */
  | { readonly id: number; readonly type: 'credit'; readonly bytes: number }
  /** Server to agent: nobody wants it any more. */
  | { readonly id: number; readonly type: 'cancel' }
  /** Agent to server: that was all. */
  | { readonly id: number; readonly type: 'end' }
  /** Agent to server: it failed; `reason` is one of the API's. */
  | { readonly id: number; readonly type: 'error'; readonly reason: string; readonly message: string }

export const TUNNEL_CREDIT_BYTES = 256 * 1024
export const TUNNEL_FRAME_BYTES_MAX = 64 * 1024
export const TUNNEL_MESSAGE_BYTES_MAX = 1024 * 1024
/** Answers under way on one node at a time. */
export const TUNNEL_REQUESTS_MAX = 512
/** The server asks for a sign of life so often; a side that heard nothing for three of them gives up. */
export const TUNNEL_PING_MS = 10_000

export function nodeTunnelPath(nodeName: string): string {
  return `/pintle/v1/nodes/${encodeURIComponent(nodeName)}/tunnel`
}

/** What `handler: 'logs'` gets: one container, already chosen, and kubectl's options. */
export interface LogRequest {
  readonly namespace: string
  readonly pod: string
  readonly uid: string
  readonly container: string
  readonly follow: boolean
  /** Of the container's last run before this one. */
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tailLines?: number
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number
  readonly limitBytes?: number
}

export function encodeFrame(id: number, payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(4 + payload.byteLength)
  frame.writeUInt32BE(id, 0)
  frame.set(payload, 4)
  return frame
}

/** Undefined when it is no frame. */
export function decodeFrame(frame: Buffer): { readonly id: number; readonly payload: Buffer } | undefined {
  return frame.byteLength < 4 ? undefined : { id: frame.readUInt32BE(0), payload: frame.subarray(4) }
}

/** Undefined when it is no message of ours. */
export function parseTunnelMessage(text: string): TunnelMessage | undefined {
  try {
    const message = JSON.parse(text) as TunnelMessage
    return typeof message.id === 'number' && typeof message.type === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
