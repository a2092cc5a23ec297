import anyTest, { type TestFn } from 'ava'
import fc from 'fast-check'
import type { WireServer } from './wire-server.ts'
import { configMap, deployment, pod, startWireServer } from './wire-server.ts'

/** Whatever is sent, the answer is no 500, and what is refused is refused by a Status. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const name = fc.oneof(
  fc.constantFrom('default', 'a', 'kubernetes', '..', '.', '%2e%2e', '%2F', '%00', '__proto__', 'constructor', ''),
  fc.string({ maxLength: 12 }).map(text => encodeURIComponent(text.toWellFormed())),
)
const often = (usual: string) => fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: name })
const subresource = fc.constantFrom('status', 'scale', 'log', 'binding', 'eviction', 'finalize', 'token', 'exec', '%zz')

/** Version, plural and a subresource that the kind has. */
const resource = fc.constantFrom(
  ['/api/v1', 'pods', 'binding'],
  ['/api/v1', 'pods', 'eviction'],
  ['/api/v1', 'configmaps', ''],
  ['/api/v1', 'secrets', ''],
  ['/api/v1', 'services', 'status'],
  ['/apis/apps/v1', 'deployments', 'scale'],
  ['/apis/apps/v1', 'replicasets', 'status'],
  ['/apis/coordination.k8s.io/v1', 'leases', ''],
  ['/apis/events.k8s.io/v1', 'events', ''],
  ['/api/v1', 'unheard', 'status'],
)

const path = fc.oneof(
  fc.tuple(resource, often('default')).map(([[v, plural], n]) => `${v}/namespaces/${n}/${plural}`),
  fc.tuple(resource, often('default'), often('a')).map(([[v, plural], n, b]) => `${v}/namespaces/${n}/${plural}/${b}`),
  fc
    .tuple(resource, often('default'), often('a'), fc.oneof(fc.constant(''), subresource))
    .map(([[v, plural, own], n, b, other]) => `${v}/namespaces/${n}/${plural}/${b}/${other || own}`),
  fc.tuple(resource).map(([[v, plural]]) => `${v}/${plural}`),
  fc
    .tuple(fc.constantFrom('nodes', 'namespaces'), often('a'), subresource)
    .map(([a, b, c]) => `/api/v1/${a}/${b}/${c}`),
  fc.tuple(fc.constantFrom('nodes', 'namespaces'), often('a')).map(([a, b]) => `/api/v1/${a}/${b}`),
  fc.webPath().map(text => text || '/'),
)

const option = fc.tuple(
  fc.constantFrom(
    'limit',
    'continue',
    'resourceVersion',
    'resourceVersionMatch',
    'labelSelector',
    'fieldSelector',
    'dryRun',
    'fieldManager',
    'fieldValidation',
    'force',
    'gracePeriodSeconds',
    'propagationPolicy',
    'includeObject',
    'allowWatchBookmarks',
    'sendInitialEvents',
    'container',
    'tailLines',
    'sinceTime',
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '1',
      '-1',
      'true',
      'All',
      'Strict',
      'Exact',
      'NotOlderThan',
      'a=b',
      'a in (b',
      '!',
      '=',
      ',',
      '1e9',
      '99999999999999999999',
      'metadata.name=a',
      'eyJ2IjoxfQ',
    ),
    fc.string({ maxLength: 10 }),
  ),
)

const metadataValue = fc.oneof(
  fc.constant({ name: 'a' }),
  fc.record({
    name: fc.constant('a'),
    labels: fc.jsonValue(),
    annotations: fc.jsonValue(),
    ownerReferences: fc.jsonValue(),
  }),
  fc.record({ name: fc.constant('a'), finalizers: fc.jsonValue(), managedFields: fc.jsonValue(), uid: fc.jsonValue() }),
  fc.jsonValue(),
)

const body = fc.oneof(
  fc.constant(undefined),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '0',
    '[[[[',
    '- a\n- b',
    'a: &x [*x]',
    '{"metadata":null}',
    '{"metadata":[]}',
    '{"metadata":{"name":7}}',
    '{"spec":{"finalizers":[]}}',
    '{"metadata":{"labels":{"a":null}}}',
    '[{"op":"add","path":"/metadata/name","value":"b"}]',
    '[{"op":"move","from":"/metadata","path":"/metadata/name"}]',
    '[{"op":"copy","from":"","path":"/data"}]',
    '{"$patch":"replace"}',
    '{"metadata":{"managedFields":[{}]}}',
    '{"metadata":{"finalizers":["x.io/y"]}}',
    '{"target":{"name":"n"}}',
  ),
  fc
    .record(
      { spec: fc.jsonValue(), data: fc.jsonValue(), status: fc.jsonValue(), metadata: metadataValue },
      {
        requiredKeys: ['metadata'],
      },
    )
    .map(value => JSON.stringify(value)),
)

const MEDIA_TYPES = [
  'application/json',
  'application/yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/vnd.kubernetes.protobuf',
  '',
  ';',
  'x',
]

const call = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path,
  options: fc.array(option, { maxLength: 3 }),
  contentType: fc.constantFrom(...MEDIA_TYPES),
  accept: fc.constantFrom(
    '',
    '*/*',
    'application/json;as=Table;g=meta.k8s.io;v=v1',
    'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    'a/b;c="',
    ',,;;',
  ),
  body,
})

test('no request makes the server stumble', async t => {
  const { send, get } = t.context
  const inDefault = '/api/v1/namespaces/default'
  await send('POST', `${inDefault}/configmaps`, configMap('a', { x: '1' }))
  await send('POST', `${inDefault}/pods`, pod('a'))
  await send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('a'))
  await send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } })
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, options, contentType, accept, body }) => {
      const query = new URLSearchParams(options as [string, string][]).toString()
      const bodiless = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
      const headers = { accept, 'content-type': contentType }
      const { code, json, text } = await send(method, `${path}?${query}`, bodiless ? undefined : body, headers)
      const isPlainNotFound = text === '404 page not found\n' && !/^\/apis?\//.test(path)
      const refusedBadly =
        code >= 400 && !isPlainNotFound && method !== 'HEAD' && (json?.kind !== 'Status' || !json.message)
      if (code >= 500 && code !== 504) throw new Error(`${code}: ${text}`)
      if (refusedBadly) throw new Error(`${code} without a Status: ${text}`)
    }),
    { numRuns: 1_000 },
  )
  t.is((await get('/api/v1/namespaces/default')).code, 200)
  // None of them is still counted: this is the one that asks.
  t.regex((await get('/metrics')).text, /^pintle_api_requests_in_flight 1$/m)
})
