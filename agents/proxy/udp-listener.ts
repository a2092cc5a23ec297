import type { RemoteInfo, Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import type { Clock, Timer } from '../../src/lib/clock.ts'
import { EndpointPicker } from './endpoint-picker.ts'
import type { Listener, ListenerOptions } from './listener.ts'
import type { EndpointAddress, WantedListener } from './plan.ts'

/** A client that was silent this long is forgotten. */
const SESSION_IDLE_MS = 60_000
const SESSIONS_MAX = 4_096

interface Session {
  readonly upstream: Socket
  readonly endpoint: EndpointAddress
  idle: Timer
}

/** Carries datagrams for one Service port: each client keeps an endpoint while it goes on sending. */
export async function openUdpListener(wanted: WantedListener, options: ListenerOptions): Promise<Listener> {
  const picker = new EndpointPicker(wanted)
  const socket = createSocket('udp4')
  /** The longest silent first. */
  const sessions = new Map<string, Session>()
  await bind(socket, wanted.address, options.port ?? wanted.port)
  socket.on('error', () => {}) // a datagram that could not be sent is lost, as datagrams may be
  const forget = (client: string) => {
    const session = sessions.get(client)
    sessions.delete(client)
    session?.idle.cancel()
    session?.upstream.close()
  }
  socket.on('message', (message, from) => {
    const client = `${from.address}:${from.port}`
    const session = sessions.get(client) ?? openSession(socket, from, picker, options.clock, () => forget(client))
    if (session === undefined) return
    sessions.delete(client)
    sessions.set(client, session)
    if (sessions.size > SESSIONS_MAX) forget(sessions.keys().next().value!)
    session.idle.cancel()
    session.idle = options.clock.setTimer(SESSION_IDLE_MS, () => forget(client))
    session.upstream.send(message)
  })
  return {
    port: socket.address().port,
    update(next) {
      picker.update(next)
      // Datagrams have no connection to finish: clients of an endpoint that went choose again at once.
      for (const [client, { endpoint }] of [...sessions]) if (!isAmong(endpoint, next.endpoints)) forget(client)
    },
    async close() {
      for (const client of [...sessions.keys()]) forget(client)
      socket.close()
    },
  }
}

function bind(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.bind({ address, port }, () => {
      socket.off('error', failed)
      resolve()
    })
  })
}

function isAmong({ address, port }: EndpointAddress, endpoints: readonly EndpointAddress[]): boolean {
  return endpoints.some(each => each.address === address && each.port === port)
}

function openSession(
  socket: Socket,
  from: RemoteInfo,
  picker: EndpointPicker,
  clock: Clock,
  onFailed: () => void,
): Session | undefined {
  const [endpoint] = picker.candidates(from.address, clock.monotonic())
  if (endpoint === undefined) return undefined
  picker.chose(from.address, endpoint, clock.monotonic())
  const upstream = createSocket('udp4')
  upstream.on('error', onFailed)
  upstream.on('message', message => socket.send(message, from.port, from.address))
  upstream.connect(endpoint.port, endpoint.address)
  return { upstream: bufferingUntilConnected(upstream), endpoint, idle: clock.setTimer(SESSION_IDLE_MS, onFailed) }
}

const WAITING_DATAGRAMS_MAX = 16

/** A socket that is still connecting keeps the first datagrams for when it is. */
function bufferingUntilConnected(upstream: Socket): Socket {
  const send = upstream.send.bind(upstream) as (message: Buffer) => void
  const waiting: Buffer[] = []
  upstream.send = ((message: Buffer) => {
    if (waiting.length < WAITING_DATAGRAMS_MAX) waiting.push(message)
  }) as Socket['send']
  upstream.once('connect', () => {
    upstream.send = send as Socket['send']
    for (const message of waiting) send(message)
  })
  return upstream
}
