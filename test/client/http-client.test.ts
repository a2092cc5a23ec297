import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import anyTest, { type TestFn } from 'ava'
import { ApiError } from '../../src/api/api-error.ts'
import { defineKind } from '../../src/api/define-kind.ts'
import type { Kind } from '../../src/api/kind.ts'
import { KindRegistry } from '../../src/api/kind-registry.ts'
import type { KubeObject } from '../../src/api/object.ts'
import { struct } from '../../src/api/schema-builder.ts'
import type { WatchEvent } from '../../src/client/client.ts'
import type { HttpClient } from '../../src/client/http-client.ts'
import { createHttpClient } from '../../src/client/http-client.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { signCertificate } from '../../src/server/pki/sign-certificate.ts'
import { ManualClock, zeroRandom } from './manual-clock.ts'

/** The client against a server that the test plays by hand: what goes wrong on the way. */

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

interface Context {
  handler: Handler
  readonly seen: string[]
  readonly url: string
  readonly ca: string
  client(clock?: Clock): HttpClient
  close(): void
}

const test = anyTest as TestFn<Context>
const Box = defineKind<KubeObject>({ group: 'x.io', version: 'v1', kind: 'Box', plural: 'boxes', schema: struct({}) })
const BOX = { apiVersion: 'x.io/v1', kind: 'Box', metadata: { name: 'a', namespace: 'n', resourceVersion: '5' } }
const KEY = { namespace: 'n', name: 'a' }

test.beforeEach(async t => {
  const validity = { notBeforeMs: Date.now() - 1_000, notAfterMs: Date.now() + 600_000 }
  const authority = await signCertificate({ commonName: 'ca', usage: 'ca', ...validity }, undefined, systemRandom)
  const names = { dns: ['localhost'], ip: ['127.0.0.1'] }
  const own = await signCertificate({ commonName: 's', usage: 'server', names, ...validity }, authority, systemRandom)
  const server = createServer({ cert: own.certificate, key: own.key }, (request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      t.context.seen.push(`${request.method} ${request.url}`)
      t.context.handler(request, response, body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients: HttpClient[] = []
  t.context = {
    handler: (_request, response) => reply(response, 200, BOX),
    seen: [],
    url,
    ca: authority.certificate,
    client(clock = systemClock) {
      const access = { server: url, ca: authority.certificate, token: 'secret' }
      const kinds = new KindRegistry([Box as unknown as Kind])
      const client = createHttpClient({ access, kinds, clock, random: zeroRandom, userAgent: 'tester' })
      clients.push(client)
      return client
    },
    close() {
      for (const client of clients) client.close()
      server.close()
      server.closeAllConnections()
    },
  }
})
test.afterEach.always(t => t.context.close?.())

function reply(response: ServerResponse, code: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const status = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason,
  code,
  message: reason,
})

async function refusal(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a read is tried again while the server is busy or away', async t => {
  let times = 0
  t.context.handler = (request, response) => {
    times += 1
    if (times === 1) reply(response, 503, status(503, 'ServiceUnavailable'))
    else if (times === 2) request.socket.destroy()
    else reply(response, 200, BOX)
  }
  t.is((await t.context.client().get(Box, KEY)).metadata.name, 'a')
  t.deepEqual(t.context.seen, Array(3).fill('GET /apis/x.io/v1/namespaces/n/boxes/a?resourceVersion=0'))
})

test('a read gives up after a few tries, and at once when the answer is an answer', async t => {
  t.context.handler = (_request, response) => reply(response, 429, status(429, 'TooManyRequests'))
  t.is((await refusal(t.context.client().get(Box, KEY))).code, 429)
  t.is(t.context.seen.length, 4)
  t.context.seen.length = 0
  t.context.handler = (_request, response) => reply(response, 404, status(404, 'NotFound'))
  t.is((await refusal(t.context.client().get(Box, KEY))).reason, 'NotFound')
  t.is(t.context.seen.length, 1)
})

test('a write is sent once; when its answer is lost, nobody knows', async t => {
  t.context.handler = request => request.socket.destroy()
  const error = await refusal(t.context.client().create(Box, BOX))
  t.is(error.reason, 'Timeout')
  t.regex(error.message, /the change may have been made or not/)
  t.is(t.context.seen.length, 1)
})

test('a server that is away, or whose certificate is not ours, is said by name', async t => {
  const { url, ca } = t.context
  const kinds = new KindRegistry()
  const make = (access: { server: string; ca: string }) =>
    createHttpClient({ access, kinds, clock: systemClock, random: zeroRandom })
  const away = await refusal(make({ server: 'https://127.0.0.1:1', ca }).create(Box, BOX))
  t.is(away.reason, 'ServiceUnavailable')
  t.regex(away.message, /cannot reach https:\/\/127\.0\.0\.1:1/)
  const validity = { notBeforeMs: 0, notAfterMs: Date.now() + 600_000 }
  const other = await signCertificate({ commonName: 'x', usage: 'ca', ...validity }, undefined, systemRandom)
  t.regex(
    (await refusal(make({ server: url, ca: other.certificate }).create(Box, BOX))).message,
    /certificate|signature/i,
  )
  t.throws(() => make({ server: 'http://127.0.0.1:1', ca }), { message: /is not an https address/ })
})

test('an answer that is no Status is still an error with its code', async t => {
  t.context.handler = (_request, response) => {
    response.writeHead(502, { 'content-type': 'text/html' })
    response.end('<h1>proxy</h1>')
  }
  const error = await refusal(t.context.client().create(Box, BOX))
  t.is(error.code, 502)
  t.regex(error.message, /the server answered 502: <h1>proxy/)
})

test('options become the query, warnings come back, the fence travels along', async t => {
  let headers: IncomingMessage['headers'] = {}
  let sent = ''
  t.context.handler = (request, response, body) => {
    headers = request.headers
    sent = body
    reply(response, 201, BOX, { warning: '299 - "first \\"quoted\\"", 299 - "second"' })
  }
  const warnings: string[] = []
  const fence = { namespace: 'kube-system', name: 'leader', holder: 'me' }
  const { apiVersion: _, kind: __, ...bare } = BOX
  await t.context
    .client()
    .withFence(fence)
    .create(Box, bare as never, {
      fieldManager: 'mine',
      dryRun: true,
      fieldValidation: 'Strict',
      onWarning: text => warnings.push(text),
    })
  t.deepEqual(t.context.seen, [
    'POST /apis/x.io/v1/namespaces/n/boxes?fieldManager=mine&fieldValidation=Strict&dryRun=All',
  ])
  t.deepEqual(warnings, ['first "quoted"', 'second'])
  t.deepEqual(JSON.parse(String(headers['pintle-fence'])), fence)
  t.is(headers.authorization, 'Bearer secret')
  t.is(headers['user-agent'], 'tester')
  t.like(JSON.parse(sent), { apiVersion: 'x.io/v1', kind: 'Box' })
})

test('over HTTPS nobody becomes somebody else', t => {
  t.throws(() => t.context.client().as({ user: 'x', groups: [] }), { message: /nobody else/ })
})

test('what is read is frozen', async t => {
  const box = await t.context.client().get(Box, KEY)
  t.true(Object.isFrozen(box) && Object.isFrozen(box.metadata))
})

interface Watching {
  readonly events: WatchEvent<KubeObject>[]
  readonly ended: Promise<Error | undefined>
  stop(): void
}

function startWatch(client: HttpClient, allowBookmarks = false): Watching {
  const events: WatchEvent<KubeObject>[] = []
  let stop = () => {}
  const ended = new Promise<Error | undefined>(resolve => {
    const options = { namespace: 'n', resourceVersion: '5', allowBookmarks }
    const watch = client.watch(Box, options, { onEvent: event => events.push(event), onEnd: resolve })
    stop = () => watch.stop()
  })
  return { events, ended, stop: () => stop() }
}

test('a watch reads lines until the server ends it', async t => {
  t.context.handler = (_request, response) => {
    response.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n{"type":"BOOK')
    setTimeout(() => response.end('MARK","object":{"metadata":{"resourceVersion":"9"}}}\n'), 20)
  }
  const { events, ended } = startWatch(t.context.client())
  t.is(await ended, undefined)
  t.deepEqual(
    events.map(event => event.type),
    ['ADDED', 'BOOKMARK'],
  )
  t.like(events[1], { resourceVersion: '9' })
  t.regex(
    t.context.seen[0]!,
    /^GET \/apis\/x\.io\/v1\/namespaces\/n\/boxes\?watch=true&resourceVersion=5.*&timeoutSeconds=1800$/,
  )
})

test('an error, as answer or as event, ends a watch with it', async t => {
  t.context.handler = (_request, response) => reply(response, 410, status(410, 'Expired'))
  t.like(await startWatch(t.context.client()).ended, { code: 410 })
  t.context.handler = (_request, response) =>
    response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n`)
  t.like(await startWatch(t.context.client()).ended, { code: 410, reason: 'Expired' })
})

test('a stream that is cut, or is no JSON, ends a watch with an error', async t => {
  t.context.handler = (request, response) => {
    response.write('{"type":"ADDED",')
    setTimeout(() => request.socket.destroy(), 20)
  }
  t.like(await startWatch(t.context.client()).ended, { code: 503 })
  t.context.handler = (_request, response) => response.end('<html>\n')
  t.true((await startWatch(t.context.client()).ended) instanceof Error)
})

test('a stopped watch says nothing any more', async t => {
  t.context.handler = (_request, response) => {
    response.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n')
  }
  const { events, ended, stop } = startWatch(t.context.client())
  while (events.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  stop()
  const said = await Promise.race([
    ended.then(() => 'ended'),
    new Promise(resolve => setTimeout(resolve, 50, 'silent')),
  ])
  t.is(said, 'silent')
})

test('a server that takes the connection and says nothing is given up', async t => {
  t.context.handler = () => {}
  const clock = new ManualClock()
  const silent = t.context.client(clock)
  const write = refusal(silent.create(Box, BOX))
  const { ended } = startWatch(silent)
  while (t.context.seen.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  await clock.advance(60_000)
  t.regex((await write).message, /no answer within 60 s.*the change may have been made or not/)
  t.regex(String(await ended), /no answer within 60 s/)
})

test('a stream that promised bookmarks and is silent for long has lost its server', async t => {
  t.context.handler = (_request, response) => {
    response.write('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}\n')
  }
  const clock = new ManualClock()
  const { events, ended } = startWatch(t.context.client(clock), true)
  while (events.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  await clock.advance(180_000)
  t.regex(String(await ended), /no sign of life/)
})
