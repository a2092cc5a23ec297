import { createServer } from 'node:net'
import { connect } from 'node:tls'
import anyTest, { type TestFn } from 'ava'
import { KindRegistry } from '../../src/api/kind-registry.ts'
import { createMetrics } from '../../src/client/metrics.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { createApiServer } from '../../src/server/api-server.ts'
import { openPki } from '../../src/server/pki/pki.ts'
import { signCertificate } from '../../src/server/pki/sign-certificate.ts'
import type { TestApiServer } from './start-api-server.ts'
import { startApiServer } from './start-api-server.ts'

/** The edge itself: identities, names, paths, limits. What objects are is the registry's, and not asked here. */

const test = anyTest as TestFn<{ server: TestApiServer; trouble: { text: string | undefined } }>
const registry = { kinds: new KindRegistry() } as unknown as Registry

test.before(async t => {
  const trouble = { text: undefined as string | undefined }
  const authorizer = createBuiltinAuthorizer()
  authorizer.readFrom?.({ read: () => undefined, *readAll() {} })
  const server = await startApiServer({
    registry,
    authorizer,
    readiness: [{ name: 'store', check: () => trouble.text }],
  })
  t.context = { server, trouble }
})

test.after.always(async t => await t.context.server?.close())

test('the version is one that kubectl understands', async t => {
  const { code, json } = await t.context.server.request('/version')
  t.is(code, 200)
  t.like(json, { major: '1', minor: '36', gitVersion: 'v1.36.0+pintle.0.0.0-test' })
})

for (const path of ['/version', '/api', '/apis', '/openapi/v3', '/api/v1/pods', '/metrics', '/healthz', '/nowhere'])
  test(`without identity ${path} is a 401 Status`, async t => {
    const { code, json, headers } = await t.context.server.anonymous(path)
    t.is(code, 401)
    t.is(headers['content-type'], 'application/json')
    t.like(json, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', code: 401 })
  })

test.serial('liveness and readiness answer everybody with one word, and admins with more', async t => {
  const { server, trouble } = t.context
  t.is((await server.anonymous('/livez')).text, 'ok')
  t.is((await server.anonymous('/readyz')).text, 'ok')
  t.is((await server.anonymous('/readyz?verbose')).code, 401)
  t.is((await server.request('/readyz?verbose')).text, '[+]ping ok\n[+]store ok\nreadyz check passed\n')
  trouble.text = 'disk full'
  const anonymous = await server.anonymous('/readyz')
  t.is(anonymous.code, 500)
  t.false(anonymous.text.includes('disk'))
  t.is((await server.anonymous('/livez')).code, 200)
  const admin = await server.request('/readyz?verbose')
  t.is(admin.code, 500)
  t.true(admin.text.includes('[-]store failed: disk full'))
  t.is((await server.request('/readyz/ping')).code, 200)
  t.is((await server.request('/readyz/store')).code, 500)
  t.is((await server.request('/readyz/other')).code, 404)
  trouble.text = undefined
})

test('a bearer token is an identity until it is revoked; a wrong one is none, whatever the certificate', async t => {
  const { server } = t.context
  const token = await server.tokens.issue({ user: 'someone', groups: ['people'] }, 'test', 60_000)
  const headers = { authorization: `Bearer ${token}` }
  t.is((await server.anonymous('/version', { headers })).code, 200)
  t.is((await server.request('/version', { headers: { authorization: `Bearer ${token}x` } })).code, 401)
  t.is((await server.request('/version', { headers: { authorization: 'Basic YTpi' } })).code, 401)
  const metrics = await server.anonymous('/metrics', { headers })
  t.is(metrics.code, 403)
  t.like(metrics.json, { reason: 'Forbidden' })
  await server.tokens.revoke(token)
  t.is((await server.anonymous('/version', { headers })).code, 401)
})

test('a certificate of another authority is no identity', async t => {
  const { server } = t.context
  const validity = { notBeforeMs: Date.now() - 1000, notAfterMs: Date.now() + 60_000 }
  const request = { commonName: 'admin', organizations: ['system:masters'], ...validity }
  const otherAuthority = await signCertificate({ ...request, usage: 'ca' }, undefined, systemRandom)
  const forged = await signCertificate({ ...request, usage: 'client' }, otherAuthority, systemRandom)
  t.is((await server.anonymous('/version', forged)).code, 401)
})

test('a server certificate is good for no client', async t => {
  const { server } = t.context
  const credentials = await server.pki.serverCredentials({ dns: ['localhost'], ip: ['127.0.0.1'] })
  t.is((await server.anonymous('/version', credentials)).code, 401)
})

test('a node certificate is good, and not for what is the admins', async t => {
  const { server } = t.context
  const node = await server.pki.nodeCredentials('node-1')
  t.is((await server.anonymous('/version', node)).code, 200)
  const { code, json } = await server.anonymous('/metrics', node)
  t.is(code, 403)
  t.regex(json.message, /system:node:node-1/)
})

for (const host of ['evil.example', 'evil.example:6443', '10.1.2.3', 'localhost@evil', 'a/b'])
  test(`Host ${JSON.stringify(host)} is refused with a sentence`, async t => {
    const { code, json } = await t.context.server.request('/version', { headers: { host } })
    t.is(code, 403)
    t.regex(json.message, /does not go by the name/)
  })

for (const host of ['localhost', 'LOCALHOST:1234', '127.0.0.1:1', '[::1]:6443', 'kubernetes.default.svc'])
  test(`Host ${host} is one of ours`, async t => {
    t.is((await t.context.server.request('/version', { headers: { host } })).code, 200)
  })

test('an Origin must be this very server', async t => {
  const { server } = t.context
  for (const origin of [
    'https://evil.example',
    'null',
    `http://127.0.0.1.evil.example:${server.port}`,
    'https://127.0.0.1:1',
  ])
    t.is((await server.request('/version', { headers: { origin } })).code, 403, origin)
  t.is((await server.request('/version', { headers: { origin: server.url } })).code, 200)
})

test('unknown paths: words outside of the API, a Status inside', async t => {
  const { server } = t.context
  const unknown = await server.request('/no/such/path')
  t.is(unknown.code, 404)
  t.is(unknown.text, '404 page not found\n')
  const resource = await server.request('/api/v1/unicorns')
  t.is(resource.code, 404)
  t.like(resource.json, {
    kind: 'Status',
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  })
})

test('metrics count the answers', async t => {
  const { server } = t.context
  await server.request('/version')
  const { text, headers } = await server.request('/metrics')
  t.regex(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/)
  t.regex(text, /pintle_api_requests_total\{method="GET",code="200"\} \d+/)
})

test('a taken port is an error that says so', async t => {
  const { server } = t.context
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
  const { port } = blocker.address() as { port: number }
  const second = await createApiServer({
    registry,
    authorizer: createBuiltinAuthorizer(),
    pki: server.pki,
    tokens: server.tokens,
    address: { host: '127.0.0.1', port },
    version: '0',
    metrics: createMetrics(),
    clock: systemClock,
    log: silentLogger,
  })
  await t.throwsAsync(second.listen(), { name: 'AddressInUseError', message: new RegExp(`port ${port} .*is taken`) })
  await second.close(0)
  blocker.close()
})

test('the authority and the server certificate stay the same over a restart', async t => {
  const { server } = t.context
  const again = await openPki({ directory: `${server.directory}/pki`, clock: systemClock, random: systemRandom })
  t.is(again.caCertificate, server.pki.caCertificate)
  t.is((await again.adminCredentials()).certificate, server.admin.certificate)
})

test('kubectl --as: who may acts as somebody else, and as nobody more', async t => {
  const { server } = t.context
  const as = (headers: Record<string, string>, call = {}) => server.request('/metrics', { headers, ...call })
  t.is((await as({})).code, 200)
  const guest = await as({ 'impersonate-user': 'guest', 'impersonate-group': 'people' })
  t.is(guest.code, 403)
  t.regex(guest.json.message, /User "guest" cannot get path/)
  t.is((await as({ 'impersonate-user': 'other', 'impersonate-group': 'system:masters' })).code, 200)
  t.is((await as({ 'impersonate-group': 'people' })).code, 400)
  const node = await server.pki.nodeCredentials('node-1')
  const refused = await as({ 'impersonate-user': 'admin' }, node)
  t.is(refused.code, 403)
  t.regex(refused.json.message, /cannot impersonate resource "users"/)
})

test('a resumed connection is whoever the first one was', async t => {
  const { server } = t.context
  const exchange = (options: object) =>
    new Promise<{ readonly status: string; readonly session: Buffer }>((resolve, reject) => {
      const { port, pki } = server
      const socket = connect({ port, host: '127.0.0.1', ca: pki.caCertificate, servername: 'localhost', ...options })
      let text = ''
      let session = Buffer.alloc(0)
      socket.on('session', ticket => {
        session = ticket
      })
      socket.on('data', chunk => {
        text += chunk
      })
      socket.on('close', () => resolve({ status: text.split(' ', 2)[1] ?? '', session }))
      socket.on('error', reject)
      socket.write('GET /version HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    })
  const stranger = await exchange({})
  t.is(stranger.status, '401')
  t.is((await exchange({ session: stranger.session })).status, '401')
  const admin = await exchange({ cert: server.admin.certificate, key: server.admin.key })
  t.is(admin.status, '200')
  t.is((await exchange({ session: admin.session })).status, '200')
})
