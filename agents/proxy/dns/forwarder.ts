import { createSocket } from 'node:dgram'
import { createConnection } from 'node:net'
import type { Clock } from '../../../src/lib/clock.ts'

const TRY_MS = 2_000
const TRIES = 2
/** Questions that wait for somebody else's answer. */
const WAITING_MAX = 1_000
const MESSAGE_BYTES_MAX = 65_535
const PORT = 53

/** Asks the machine's own resolvers what the cluster does not know. */
export class Forwarder {
  readonly #servers: readonly string[]
  readonly #clock: Clock
  readonly #port: number
  #waiting = 0

  /** `servers`: IPv4 addresses. */
  constructor(options: { readonly servers: readonly string[]; readonly clock: Clock; readonly port?: number }) {
    this.#servers = options.servers
    this.#clock = options.clock
    this.#port = options.port ?? PORT
  }

  /** Undefined when nobody answers. */
  async ask(message: Uint8Array, isStream: boolean): Promise<Uint8Array | undefined> {
    if (this.#waiting >= WAITING_MAX) return undefined
    this.#waiting += 1
    try {
      for (let tried = 0; tried < TRIES; tried++) {
        for (const server of this.#servers) {
          const answer = await (isStream ? this.#askByTcp(server, message) : this.#askByUdp(server, message))
          if (answer !== undefined) return answer
        }
      }
      return undefined
    } finally {
      this.#waiting -= 1
    }
  }

  /** A socket of its own for each question: a stranger would have to guess its port. */
  #askByUdp(server: string, message: Uint8Array): Promise<Uint8Array | undefined> {
    return new Promise(resolve => {
      const socket = createSocket('udp4')
      const done = (answer: Uint8Array | undefined) => {
        timer.cancel()
        socket.removeAllListeners().on('error', () => {})
        socket.close()
        resolve(answer)
      }
      const timer = this.#clock.setTimer(TRY_MS, () => done(undefined))
      socket.on('error', () => done(undefined))
      socket.on('message', answer => {
        if (isSameId(answer, message)) done(answer)
      })
      socket.connect(this.#port, server, () => socket.send(message))
    })
  }

  #askByTcp(server: string, message: Uint8Array): Promise<Uint8Array | undefined> {
    return new Promise(resolve => {
      let received = Buffer.alloc(0)
      const socket = createConnection(this.#port, server)
      const done = (answer: Uint8Array | undefined) => {
        timer.cancel()
        socket.destroy()
        resolve(answer)
      }
      const timer = this.#clock.setTimer(TRY_MS, () => done(undefined))
      socket.on('error', () => done(undefined)).on('end', () => done(undefined))
      socket.on('data', chunk => {
        received = Buffer.concat([received, chunk])
        if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0))
          done(received.subarray(2, 2 + received.readUInt16BE(0)))
        else if (received.length > MESSAGE_BYTES_MAX + 2) done(undefined)
      })
      socket.on('connect', () => socket.write(framed(message)))
    })
  }
}

/** With its length before it, as TCP wants it. */
export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

function isSameId(answer: Uint8Array, message: Uint8Array): boolean {
  return answer.length >= 12 && answer[0] === message[0] && answer[1] === message[1]
}
