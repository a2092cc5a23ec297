import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Clock } from '../../src/lib/clock.ts'
import { EndpointPicker } from './endpoint-picker.ts'
import type { Listener, ListenerOptions } from './listener.ts'
import type { EndpointAddress, WantedListener } from './plan.ts'

const CONNECT_TIMEOUT_MS = 2_000
const ENDPOINTS_TRIED_MAX = 5

/** Accepts connections for one Service port and carries each to an endpoint that takes it. */
export async function openTcpListener(wanted: WantedListener, options: ListenerOptions): Promise<Listener> {
  const { clock, budget } = options
  const picker = new EndpointPicker(wanted)
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, client => {
    client.on('error', () => client.destroy())
    if (budget?.take() === false) return void client.resetAndDestroy()
    open.add(client)
    client.once('close', () => {
      open.delete(client)
      budget?.giveBack()
    })
    void carry(client, picker, clock)
  })
  await listen(server, wanted.address, options.port ?? wanted.port)
  // A connection that could not be taken (no open file left, say) is that client's loss alone.
  server.on('error', () => {})
  return {
    port: (server.address() as { port: number }).port,
    update: next => picker.update(next),
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Tries endpoints in turn until one takes the connection; with none left the client is refused. */
async function carry(client: Socket, picker: EndpointPicker, clock: Clock): Promise<void> {
  const from = client.remoteAddress ?? ''
  const candidates = picker.candidates(from, clock.monotonic()).slice(0, ENDPOINTS_TRIED_MAX)
  for (const endpoint of candidates) {
    const upstream = await dial(endpoint)
    if (upstream === undefined) continue
    if (client.destroyed) return void upstream.destroy()
    picker.chose(from, endpoint, clock.monotonic())
    return join(client, upstream)
  }
  client.resetAndDestroy()
}

/** Undefined when the endpoint refuses, or takes too long. */
function dial({ address, port }: EndpointAddress): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true, timeout: CONNECT_TIMEOUT_MS })
    const fail = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once('error', fail)
    socket.once('timeout', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      socket.off('timeout', fail)
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

/** Either side may end its half; an error on one ends both. */
function join(client: Socket, upstream: Socket): void {
  upstream.on('error', () => client.resetAndDestroy())
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => client.destroySoon())
  client.pipe(upstream)
  upstream.pipe(client)
}
