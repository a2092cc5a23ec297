import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** Limits of every listener: none of them is reached by an honest client. */
export const LISTENER_LIMITS = {
  /** Time for the request line and headers. */
  headersTimeout: 15_000,
  /** Time for headers and body together. Answers (watches, logs) may take as long as they like. */
  requestTimeout: 60_000,
  /** An idle connection is closed after this. Clients of ours close theirs earlier. */
  keepAliveTimeout: 90_000,
  maxConnections: 10_000,
  maxHeaderSize: 32 * 1024,
} as const

/** The address is in use; wiring may move on to another port, or tell the user. */
export class AddressInUseError extends Error {
  override readonly name = 'AddressInUseError'
  readonly host: string
  readonly port: number

  constructor(host: string, port: number) {
    super(`port ${port} on ${host} is taken by another program: stop it, or choose another port`)
    this.host = host
    this.port = port
  }
}

export interface ListenAddress {
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
}

/** Binds; resolves with the address it got. Throws AddressInUseError. */
export function listen(server: Server, { host, port }: ListenAddress): Promise<ListenAddress> {
  server.maxConnections = LISTENER_LIMITS.maxConnections
  server.keepAliveTimeout = LISTENER_LIMITS.keepAliveTimeout
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening)
      reject(listenError(error, host, port))
    }
    const onListening = () => {
      server.off('error', onError)
      const address = server.address() as AddressInfo
      resolve({ host: address.address, port: address.port })
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ host, port })
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') return new AddressInUseError(host, port)
  if (error.code === 'EACCES')
    return new Error(`this user may not open port ${port} on ${host}: choose a port above 1023`, { cause: error })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new Error(`${host} is no address of this machine: choose one of its own`, { cause: error })
  return error
}

/** Knows every open connection, so that closing does not wait for clients that never go. */
export class Connections {
  readonly #sockets = new Set<Socket>()

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get count(): number {
    return this.#sockets.size
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

const IDLE_CHECK_MS = 20

/** Takes no new connections, lets running answers end for `graceMs`, then cuts the rest. */
export function closeServer(server: Server, connections: Connections, graceMs: number): Promise<void> {
  return new Promise(resolve => {
    const cut = setTimeout(() => connections.destroyAll(), graceMs)
    // A connection whose answer has just ended would be kept for the next request.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(idle)
      resolve()
    })
    if (graceMs <= 0) connections.destroyAll()
  })
}
