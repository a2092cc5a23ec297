import anyTest, { type TestFn } from 'ava'
import { apiError } from '../../src/api/api-error.ts'
import { KindRegistry } from '../../src/api/kind-registry.ts'
import { HttpConnection } from '../../src/client/http-connection.ts'
import type { TunnelHandler } from '../../src/client/node-tunnel-client.ts'
import { startNodeTunnelClient } from '../../src/client/node-tunnel-client.ts'
import { TUNNEL_CREDIT_BYTES } from '../../src/client/node-tunnel-protocol.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { NodeTunnels } from '../../src/server/node-tunnel.ts'
import { createNodeTunnels } from '../../src/server/node-tunnel.ts'
import type { TestApiServer } from './start-api-server.ts'
import { startApiServer } from './start-api-server.ts'

interface Context {
  readonly server: TestApiServer
  readonly tunnels: NodeTunnels
}

const test = anyTest as TestFn<Context>

test.beforeEach(async t => {
  const tunnels = createNodeTunnels({ clock: systemClock, log: silentLogger })
  const registry = { kinds: new KindRegistry() } as unknown as Registry
  t.context = { tunnels, server: await startApiServer({ registry, extensions: () => [tunnels] }) }
})

test.afterEach.always(async t => {
  t.context.tunnels.close()
  await t.context.server.close()
})

async function connectAgent(
  { server, tunnels }: Context,
  handlers: Readonly<Record<string, TunnelHandler>> = {},
  nodeName = 'node-1',
  certificateOf = nodeName,
) {
  const access = {
    server: server.url,
    ca: server.pki.caCertificate,
    ...(await server.pki.nodeCredentials(certificateOf)),
  }
  const connection = new HttpConnection({ access, userAgent: 'test', clock: systemClock })
  const options = { connection, nodeName, handlers, clock: systemClock, random: systemRandom, log: silentLogger }
  const client = startNodeTunnelClient(options)
  const connected = new Promise<void>(resolve => {
    const listener = tunnels.onNodeConnected(name => {
      if (name === nodeName) {
        resolve()
        queueMicrotask(() => listener.close())
      }
    })
  })
  return { client, connected }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const never = new AbortController().signal
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test('a request reaches the agent, and its bytes come back in order', async t => {
  const { client, connected } = await connectAgent(t.context, {
    async *echo(parameters) {
      yield Buffer.from('<')
      yield Buffer.from(JSON.stringify(parameters))
      yield Buffer.from('>')
    },
  })
  await connected
  t.deepEqual(t.context.tunnels.connected(), ['node-1'])
  t.is(await readAll(t.context.tunnels.request('node-1', 'echo', { a: 1 }, never)), '<{"a":1}>')
  client.close()
})

test('a slow reader holds up its own answer and no other; nothing gathers beyond the credit', async t => {
  let sent = 0
  const { client, connected } = await connectAgent(t.context, {
    async *flood() {
      for (; sent < 64; sent++) yield Buffer.alloc(32 * 1024, sent)
    },
    async *word() {
      yield Buffer.from('quick')
    },
  })
  await connected
  const flood = t.context.tunnels.request('node-1', 'flood', null, never)[Symbol.asyncIterator]()
  const first = await flood.next()
  await pause(200)
  t.true(sent * 32 * 1024 <= TUNNEL_CREDIT_BYTES + 64 * 1024, `${sent} chunks were sent`)
  t.is(await readAll(t.context.tunnels.request('node-1', 'word', null, never)), 'quick')
  let bytes = (first.value as Uint8Array).byteLength
  for (let next = await flood.next(); !next.done; next = await flood.next()) bytes += next.value.byteLength
  t.is(bytes, 64 * 32 * 1024)
  client.close()
})

test('whoever stops reading stops the agent', async t => {
  let stopped = false
  const { client, connected } = await connectAgent(t.context, {
    async *endless(_parameters, signal) {
      signal.addEventListener('abort', () => {
        stopped = true
      })
      for (let index = 0; !signal.aborted; index++) {
        yield Buffer.from(`${index}\n`)
        await pause(5)
      }
    },
  })
  await connected
  for await (const _ of t.context.tunnels.request('node-1', 'endless', null, never)) break
  await pause(100)
  t.true(stopped)
  stopped = false
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 50)
  await readAll(t.context.tunnels.request('node-1', 'endless', null, abort.signal))
  await pause(100)
  t.true(stopped)
  client.close()
})

test('what goes wrong on the node arrives as the error it was', async t => {
  const { client, connected } = await connectAgent(t.context, {
    // biome-ignore lint/correctness/useYield: it fails before it has anything to say
    async *refuse() {
      throw apiError('BadRequest', 'previous terminated container "a" in pod "p" not found')
    },
  })
  await connected
  const { tunnels } = t.context
  await t.throwsAsync(readAll(tunnels.request('node-1', 'refuse', null, never)), { message: /previous terminated/ })
  await t.throwsAsync(readAll(tunnels.request('node-1', 'unheard', null, never)), { message: /cannot do unheard/ })
  t.like(
    t.throws(() => tunnels.request('node-2', 'refuse', null, never)),
    { code: 503 },
  )
  client.close()
})

test('losing the agent ends its answers and is told', async t => {
  const { client, connected } = await connectAgent(t.context, {
    async *stuck(_parameters, signal) {
      yield Buffer.from('one')
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    },
  })
  await connected
  const lost = new Promise<string>(resolve => t.context.tunnels.onNodeLost(resolve))
  const answer = t.throwsAsync(readAll(t.context.tunnels.request('node-1', 'stuck', null, never)), { message: /lost/ })
  await pause(50)
  client.close()
  t.is(await lost, 'node-1')
  t.false(t.context.tunnels.isConnected('node-1'))
  await answer
})

test('the newer of two agents of a node stays, and an agent comes back by itself', async t => {
  const first = await connectAgent(t.context)
  await first.connected
  const second = await connectAgent(t.context)
  await pause(150)
  t.true(t.context.tunnels.isConnected('node-1'))
  second.client.close()
  // The first one was put off; it tries again and is let in.
  for (let wait = 0; wait < 50 && !t.context.tunnels.isConnected('node-1'); wait++) await pause(50)
  t.true(t.context.tunnels.isConnected('node-1'))
  first.client.close()
})

test('an agent cannot pose as another node', async t => {
  const { client } = await connectAgent(t.context, {}, 'node-2', 'node-1')
  await pause(200)
  t.deepEqual(t.context.tunnels.connected(), [])
  client.close()
})
