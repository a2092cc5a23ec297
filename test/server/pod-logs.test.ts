import anyTest, { type TestFn } from 'ava'
import { apiError } from '../../src/api/api-error.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import type { LogOptions, LogSource } from '../../src/server/pod-logs.ts'
import { createPodLogs } from '../../src/server/pod-logs.ts'
import type { OpenRegistry } from '../registry/open-registry.ts'
import { openRegistry } from '../registry/open-registry.ts'
import type { TestApiServer } from './start-api-server.ts'
import { startApiServer } from './start-api-server.ts'

interface Context {
  readonly server: TestApiServer
  readonly registry: OpenRegistry
  readonly asked: { container: string; options: LogOptions; signal: AbortSignal }[]
  /** What the node says next. */
  answer: (signal: AbortSignal) => AsyncIterable<Uint8Array>
}

const test = anyTest as TestFn<Context>

async function* lines(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test.beforeEach(async t => {
  const authorizer = createBuiltinAuthorizer()
  const registry = await openRegistry({ authorizer })
  const logs: LogSource = {
    streamLogs(_pod, container, options, signal) {
      t.context.asked.push({ container, options, signal })
      return t.context.answer(signal)
    },
  }
  const extension = createPodLogs({ client: registry.admin, authorizer, logs, clock: systemClock })
  const server = await startApiServer({ registry: registry.registry, authorizer, extensions: () => [extension] })
  t.context = { server, registry, asked: [], answer: () => lines('one\n', 'two\n') }
  await createPod(t.context, 'single', ['main'])
  await createPod(t.context, 'several', ['a', 'b'])
  await createPod(t.context, 'waiting', ['main'], '')
})
test.afterEach.always(async t => {
  await t.context.server?.close()
  await t.context.registry?.close()
})

async function createPod({ registry }: Context, name: string, containers: string[], nodeName = 'node-1') {
  await registry.admin.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: containers.map(each => ({ name: each, image: 'x' })), ...(nodeName && { nodeName }) },
  })
}

const path = (pod: string, query = '') => `/api/v1/namespaces/default/pods/${pod}/log${query}`

test('the only container is chosen, and its bytes are the answer', async t => {
  const { server, asked } = t.context
  const { code, text, headers } = await server.request(path('single'))
  t.is(code, 200)
  t.is(headers['content-type'], 'text/plain')
  t.is(text, 'one\ntwo\n')
  t.like(asked[0], { container: 'main', options: { follow: false, previous: false, timestamps: false } })
})

test('of several containers one must be named, and be there', async t => {
  const { server, asked } = t.context
  const unnamed = await server.request(path('several'))
  t.is(unnamed.code, 400)
  t.is(unnamed.json.message, 'a container name must be specified for pod several, choose one of: [a b]')
  const wrong = await server.request(path('several', '?container=c'))
  t.is(wrong.code, 400)
  t.is(wrong.json.message, 'container c is not valid for pod several')
  t.is((await server.request(path('several', '?container=b'))).code, 200)
  t.is(asked[0]!.container, 'b')
})

test("kubectl's options arrive as they were meant", async t => {
  const { server, asked } = t.context
  const before = Date.now()
  await server.request(path('single', '?previous=true&timestamps=true&tailLines=5&limitBytes=100&sinceSeconds=60'))
  const { sinceMs = 0, ...options } = asked[0]!.options
  t.deepEqual(options, { follow: false, previous: true, timestamps: true, tailLines: 5, limitBytes: 100 })
  t.true(Math.abs(sinceMs - (before - 60_000)) < 5_000)
  await server.request(path('single', '?sinceTime=2026-01-02T03:04:05Z&tailLines=0'))
  t.like(asked[1]!.options, { sinceMs: Date.UTC(2026, 0, 2, 3, 4, 5), tailLines: 0 })
  for (const query of [
    'tailLines=-1',
    'limitBytes=0',
    'sinceSeconds=0',
    'sinceSeconds=1&sinceTime=2026-01-02T03:04:05Z',
  ])
    t.is((await server.request(path('single', `?${query}`))).code, 422, query)
  for (const query of ['tailLines=x', 'follow=perhaps', 'sinceTime=yesterday'])
    t.is((await server.request(path('single', `?${query}`))).code, 400, query)
})

test('what is not there is said: pod, node, the agent itself', async t => {
  const { server } = t.context
  t.is((await server.request(path('none'))).code, 404)
  const waiting = await server.request(path('waiting'))
  t.is(waiting.code, 400)
  t.regex(waiting.json.message, /does not have a host assigned/)
  // biome-ignore lint/correctness/useYield: it fails before it has anything to say
  t.context.answer = async function* () {
    throw apiError('BadRequest', 'container "main" in pod "single" is waiting to start: ContainerCreating')
  }
  const refused = await server.request(path('single'))
  t.is(refused.code, 400)
  t.regex(refused.json.message, /is waiting to start/)
})

test('a container that cannot start is said to, with its reason', async t => {
  const { server, registry, asked } = t.context
  const pod = await registry.admin.get(Pod, { namespace: 'default', name: 'single' })
  const waiting = { reason: 'CreateContainerError', message: 'no command' }
  const shown = { name: 'main', ready: false, restartCount: 0, image: 'x', imageID: '', state: { waiting } }
  const status = { phase: 'Pending', containerStatuses: [shown] }
  await registry.admin.update(Pod, { ...pod, status }, { subresource: 'status' })
  const { code, json } = await server.request(path('single'))
  t.is(code, 400)
  t.is(json.message, 'container "main" in pod "single" is waiting to start: CreateContainerError: no command')
  t.deepEqual(asked, [])
})

test('who may not read logs is told so', async t => {
  const { server } = t.context
  const token = await server.tokens.issue({ user: 'guest', groups: [] }, 'test', 60_000)
  const { code, json } = await server.anonymous(path('single'), { headers: { authorization: `Bearer ${token}` } })
  t.is(code, 403)
  t.regex(json.message, /User "guest" cannot get resource "pods\/log"/)
})

test('following flushes each line, and ends on the node when the reader goes', async t => {
  const { server, asked } = t.context
  t.context.answer = async function* (signal) {
    yield Buffer.from('first\n')
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  }
  const seen = await new Promise<string>((resolve, reject) => {
    import('node:https').then(({ request }) => {
      const { admin, pki, url } = server
      const tls = {
        ca: pki.caCertificate,
        cert: admin.certificate,
        key: admin.key,
        servername: 'localhost',
        agent: false,
      }
      const outgoing = request(`${url}${path('single', '?follow=true')}`, tls, incoming => {
        incoming.on('data', chunk => {
          outgoing.destroy()
          resolve(String(chunk))
        })
        incoming.on('error', () => {})
      })
      outgoing.on('error', () => {})
      outgoing.end()
    }, reject)
  })
  t.is(seen, 'first\n')
  for (let wait = 0; wait < 100 && !asked[0]!.signal.aborted; wait++)
    await new Promise(resolve => setTimeout(resolve, 10))
  t.true(asked[0]!.signal.aborted)
})
