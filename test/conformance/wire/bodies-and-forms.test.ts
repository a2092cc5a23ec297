import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { configMap, deployment, pod, startWireServer } from './wire-server.ts'

/** What goes in and what comes out: media types, forms of answers, limits, hostile bodies. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

test('a body of a type nobody knows is a 415', async t => {
  const { send } = t.context
  const { code, json } = await send('POST', '/api/v1/namespaces/default/configmaps', configMap('xml'), {
    'content-type': 'text/xml',
  })
  t.is(code, 415)
  t.like(json, { kind: 'Status', reason: 'UnsupportedMediaType' })
})

test('a patch must say which kind of patch it is', async t => {
  const { send, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  const { code, json } = await send('PATCH', `${path}/a`, {}, { 'content-type': 'application/json' })
  t.is(code, 415)
  t.regex(json.message, /application\/merge-patch\+json/)
})

test('an Accept that cannot be served is a 406, as a Status in JSON all the same', async t => {
  const { code, json, headers } = await t.context.get('/api/v1/namespaces', { accept: 'text/xml' })
  t.is(code, 406)
  t.is(headers['content-type'], 'application/json')
  t.like(json, { kind: 'Status', reason: 'NotAcceptable' })
})

test('a body without a Content-Type is JSON; YAML is read too', async t => {
  const { server, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const plain = await server.request(path, { method: 'POST', body: JSON.stringify(configMap('plain')) })
  t.is(plain.code, 201)
  const yaml = await server.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n',
  })
  t.is(yaml.code, 201, yaml.text)
  t.deepEqual(yaml.json.data, { a: '1' })
})

test('a table of pods has columns, cells, and what identifies each row', async t => {
  const { send, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/pods`
  await send('POST', path, pod('web'))
  const { json } = await get(path, { accept: TABLE })
  t.like(json, { kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
  const names = json.columnDefinitions.map((each: { name: string }) => each.name)
  t.deepEqual(names.slice(0, 5), ['Name', 'Ready', 'Status', 'Restarts', 'Age'])
  t.deepEqual(json.columnDefinitions[0].format, 'name')
  const [row] = json.rows
  t.is(row.cells.length, names.length)
  t.deepEqual(row.cells.slice(0, 3), ['web', '0/1', 'Pending'])
  t.like(row.object, { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' })
  t.is(row.object.metadata.name, 'web')
  t.is(row.object.spec, undefined)
  t.truthy(json.metadata.resourceVersion)
  const single = await get(`${path}/web`, { accept: TABLE })
  t.is(single.json.rows.length, 1)
  const whole = await get(`${path}?includeObject=Object`, { accept: TABLE })
  t.is(whole.json.rows[0].object.kind, 'Pod')
  const none = await get(`${path}?includeObject=None`, { accept: TABLE })
  t.is(none.json.rows[0].object, null)
  t.is((await get(`${path}?includeObject=Everything`, { accept: TABLE })).code, 422)
})

test('metadata alone, for one and for many', async t => {
  const { send, get, namespace } = t.context
  const path = `/apis/apps/v1/namespaces/${await namespace()}/deployments`
  await send('POST', path, deployment('web'))
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
  const list = await get(path, { accept })
  t.like(list.json, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' })
  t.is(list.json.items[0].kind, 'PartialObjectMetadata')
  t.is(list.json.items[0].metadata.name, 'web')
  t.is(list.json.items[0].spec, undefined)
  const one = await get(`${path}/web`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' })
  t.like(one.json, { kind: 'PartialObjectMetadata' })
  t.is(one.json.metadata.name, 'web')
})

test('a body beyond 3 MiB is a 413, whether its length is told or not', async t => {
  const { server } = t.context
  const path = '/api/v1/namespaces/default/configmaps'
  const body = JSON.stringify(configMap('big', { a: 'x'.repeat(10 * 1024 * 1024) }))
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const { code, json } = await server.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    t.is(code, 413)
    t.like(json, { kind: 'Status', reason: 'RequestEntityTooLarge' })
  }
})

test('hostile bodies are refused with a sentence, and the server goes on', async t => {
  const { send, get } = t.context
  const path = '/api/v1/namespaces/default/configmaps'
  const bodies: readonly (readonly [name: string, body: string])[] = [
    ['cut off', '{"apiVersion":"v1",'],
    [
      'nested 10^5 deep',
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
    ['no object', '[1,2,3]'],
    ['null', 'null'],
    ['another kind', JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } })],
    ['another version', JSON.stringify({ apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'x' } })],
    ['wrong type', JSON.stringify({ ...configMap('x'), data: 'text' })],
    [
      'a number beyond 2^53',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","generation":9007199254740993}}',
    ],
  ]
  for (const [name, body] of bodies) {
    const answer = await send('POST', path, body)
    t.true(answer.code >= 400 && answer.code < 500, `${name}: ${answer.code} ${answer.text}`)
    t.is(answer.json.kind, 'Status', name)
    t.true(answer.json.message.length > 20, name)
  }
  t.is((await get('/api/v1/namespaces/default')).code, 200)
})

test('__proto__ in bodies and patches is plain data', async t => {
  const { send, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const created = await send(
    'POST',
    path,
    `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p","labels":{"__proto__":"evil"}},"data":{"__proto__":"1","constructor":"2"}}`,
  )
  t.not(created.code, 500, created.text)
  await send('POST', path, configMap('q'))
  const merge = { 'content-type': 'application/merge-patch+json' }
  const patched = await send('PATCH', `${path}/q`, '{"data":{"__proto__":"1"},"__proto__":{"polluted":true}}', merge)
  t.not(patched.code, 500, patched.text)
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
})

test('methods that a path does not have are 405', async t => {
  const { send } = t.context
  for (const [method, path] of [
    ['PUT', '/api/v1/namespaces/default/configmaps'],
    ['POST', '/api/v1/namespaces/default/configmaps/a'],
    ['POST', '/api/v1/configmaps'],
    ['OPTIONS', '/api/v1/namespaces'],
  ] as const) {
    const { code, json } = await send(method, path, method === 'OPTIONS' ? undefined : configMap('a'))
    t.is(code, 405, `${method} ${path}`)
    t.is(json.reason, 'MethodNotAllowed')
  }
})

test('a namespaced kind has no objects outside of namespaces, a cluster-scoped one none inside', async t => {
  const { get } = t.context
  t.is((await get('/api/v1/configmaps/a')).code, 404)
  t.is((await get('/api/v1/namespaces/default/nodes')).code, 404)
})
