import { request } from 'node:https'
import anyTest, { type TestFn } from 'ava'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import { WATCH_BUFFER_BYTES_MAX } from '../../src/server/watch-stream.ts'
import type { OpenRegistry } from '../registry/open-registry.ts'
import { openRegistry } from '../registry/open-registry.ts'
import type { TestApiServer } from './start-api-server.ts'
import { startApiServer } from './start-api-server.ts'

interface Context {
  readonly registry: OpenRegistry
  readonly server: TestApiServer
}

const test = anyTest as TestFn<Context>

test.beforeEach(async t => {
  const authorizer = createBuiltinAuthorizer()
  const registry = await openRegistry({ authorizer })
  t.context = { registry, server: await startApiServer({ registry: registry.registry, authorizer }) }
})
test.afterEach.always(async t => {
  await t.context.server?.close()
  await t.context.registry?.close()
})

interface Stream {
  readonly incoming: import('node:http').IncomingMessage
  readonly end: Promise<{ readonly complete: boolean; readonly bytes: number }>
}

function openWatch({ server }: Context, path: string): Promise<Stream> {
  const { admin, pki, url } = server
  const tls = { ca: pki.caCertificate, cert: admin.certificate, key: admin.key, servername: 'localhost', agent: false }
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, tls, incoming => {
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      const end = new Promise<{ complete: boolean; bytes: number }>(done => {
        incoming.on('close', () => done({ complete: incoming.complete, bytes }))
        incoming.on('error', () => {})
      })
      resolve({ incoming, end })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

test('a watcher that does not read is cut, cleanly, and others notice nothing', async t => {
  const path = '/api/v1/namespaces/default/configmaps?watch=true'
  const slow = await openWatch(t.context, path)
  slow.incoming.pause()
  const quick = await openWatch(t.context, path)
  let lines = 0
  quick.incoming.on('data', (chunk: Buffer) => {
    lines += chunk.filter(byte => byte === 0x0a).length
  })
  const data = { big: 'x'.repeat(1_000_000) }
  const count = Math.ceil((WATCH_BUFFER_BYTES_MAX / 1_000_000) * 1.6)
  for (let index = 0; index < count; index++) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${index}` }, data }
    const call = { method: 'POST', body: JSON.stringify(object) }
    t.is((await t.context.server.request('/api/v1/namespaces/default/configmaps', call)).code, 201)
  }
  for (let wait = 0; wait < 100 && lines < count; wait++) await new Promise(resolve => setTimeout(resolve, 20))
  t.is(lines, count)
  slow.incoming.resume()
  const { complete, bytes } = await slow.end
  t.true(complete, 'the chunked body has its end')
  t.true(bytes < count * 1_000_000, `${bytes} bytes came`)
  quick.incoming.destroy()
})

test('a closing server ends its watches cleanly and soon', async t => {
  const watch = await openWatch(t.context, '/api/v1/configmaps?watch=true')
  const startedMs = Date.now()
  await t.context.server.stop(5_000)
  t.true((await watch.end).complete)
  t.true(Date.now() - startedMs < 1_000)
})
