import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Identity } from '../client/client.ts'
import type { Exchange } from './exchange.ts'

/** A part that adds paths of its own to the API server: pod logs, node tunnels, token requests. */
export interface ApiExtension {
  /** False: not this one's request. Throws ApiError. */
  answer?(exchange: Exchange): Promise<boolean>
  /** The same for requests to upgrade the connection, already authenticated. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity): Promise<boolean>
  /** The server closes: end what is under way. */
  close?(): void
}
