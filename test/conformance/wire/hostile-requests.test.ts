import anyTest, { type TestFn } from 'ava'
import fc from 'fast-check'
import type { WireServer } from './wire-server.ts'
import { configMap, startWireServer } from './wire-server.ts'

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
const plural = fc.constantFrom(
  'pods',
  'configmaps',
  'namespaces',
  'nodes',
  'deployments',
  'leases',
  'events',
  'unheard',
)
const version = fc.constantFrom('/api/v1', '/apis/apps/v1', '/apis/coordination.k8s.io/v1', '/apis/events.k8s.io/v1')
const subresource = fc.constantFrom('status', 'scale', 'log', 'binding', 'eviction', 'finalize', 'token', 'exec', '%zz')

const path = fc.oneof(
  fc.tuple(version, plural).map(([a, b]) => `${a}/${b}`),
  fc.tuple(version, name, plural).map(([a, b, c]) => `${a}/namespaces/${b}/${c}`),
  fc.tuple(version, name, plural, name).map(([a, b, c, d]) => `${a}/namespaces/${b}/${c}/${d}`),
  fc.tuple(version, name, plural, name, subresource).map(([a, b, c, d, e]) => `${a}/namespaces/${b}/${c}/${d}/${e}`),
  fc.tuple(version, plural, name, subresource).map(([a, b, c, d]) => `${a}/${b}/${c}/${d}`),
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
      {
        kind: fc.constantFrom('ConfigMap', 'Pod', 'Lease', 'Scale', 7),
        spec: fc.jsonValue(),
        data: fc.jsonValue(),
        metadata: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map(value => JSON.stringify({ apiVersion: 'v1', ...value })),
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
  const configMaps = '/api/v1/namespaces/default/configmaps'
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, options, contentType, accept, body }) => {
      if (method === 'PATCH') await send('POST', configMaps, configMap('a', { x: '1' }))
      const query = new URLSearchParams(options as [string, string][]).toString()
      const bodiless = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
      const headers = { accept, 'content-type': contentType }
      const { code, json, text } = await send(method, `${path}?${query}`, bodiless ? undefined : body, headers)
      const refusedBadly = code >= 400 && method !== 'HEAD' && (json?.kind !== 'Status' || !json.message)
      if (code >= 500 && code !== 504) throw new Error(`${code}: ${text}`)
      if (refusedBadly) throw new Error(`${code} without a Status: ${text}`)
    }),
    { numRuns: 1_500 },
  )
  t.is((await get('/api/v1/namespaces/default')).code, 200)
})
