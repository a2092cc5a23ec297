import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { configMap, deployment, pod, startWireServer } from './wire-server.ts'

/** Create, replace, patch: versions, validation, dry runs. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const MERGE = { 'content-type': 'application/merge-patch+json' }
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }

async function paths({ namespace }: WireServer) {
  const name = await namespace()
  return {
    namespace: name,
    configMaps: `/api/v1/namespaces/${name}/configmaps`,
    pods: `/api/v1/namespaces/${name}/pods`,
    deployments: `/apis/apps/v1/namespaces/${name}/deployments`,
  }
}

test('a replace with a stale revision is a conflict, in the words clients look for', async t => {
  const { send } = t.context
  const { deployments } = await paths(t.context)
  const { json: first } = await send('POST', deployments, deployment('d1'))
  await send('PUT', `${deployments}/d1`, { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } })
  const { code, json } = await send('PUT', `${deployments}/d1`, first)
  t.is(code, 409)
  t.is(json.reason, 'Conflict')
  t.is(
    json.message,
    'Operation cannot be fulfilled on deployments.apps "d1": the object has been modified; please apply your changes to the latest version and try again',
  )
  t.deepEqual(json.details, { name: 'd1', group: 'apps', kind: 'deployments' })
})

test('what changes nothing keeps the revision', async t => {
  const { send } = t.context
  const { deployments } = await paths(t.context)
  const { json: first } = await send('POST', deployments, deployment('d1'))
  const put = await send('PUT', `${deployments}/d1`, first)
  t.is(put.json.metadata.resourceVersion, first.metadata.resourceVersion)
  for (const headers of [MERGE, STRATEGIC]) {
    const patched = await send('PATCH', `${deployments}/d1`, { spec: { replicas: 1 } }, headers)
    t.is(patched.json.metadata.resourceVersion, first.metadata.resourceVersion)
  }
})

test('status belongs to /status, the rest does not', async t => {
  const { send } = t.context
  const { deployments } = await paths(t.context)
  const created = await send('POST', deployments, { ...deployment('d1'), status: { replicas: 5 } })
  t.is(created.code, 201)
  t.is(created.json.status?.replicas, undefined)
  const main = await send('PUT', `${deployments}/d1`, { ...created.json, status: { replicas: 5 } })
  t.is(main.json.status?.replicas, undefined)
  const changed = { ...main.json, spec: { ...main.json.spec, replicas: 7 }, status: { replicas: 5 } }
  const status = await send('PUT', `${deployments}/d1/status`, changed)
  t.is(status.json.status.replicas, 5)
  t.is(status.json.spec.replicas, 1)
})

test('generation follows spec alone', async t => {
  const { send } = t.context
  const { deployments } = await paths(t.context)
  t.is((await send('POST', deployments, deployment('d1'))).json.metadata.generation, 1)
  const labelled = await send('PATCH', `${deployments}/d1`, { metadata: { labels: { a: 'b' } } }, MERGE)
  t.is(labelled.json.metadata.generation, 1)
  const scaled = await send('PATCH', `${deployments}/d1`, { spec: { replicas: 3 } }, MERGE)
  t.is(scaled.json.metadata.generation, 2)
})

test('scale is a form of its own', async t => {
  const { send, get } = t.context
  const { deployments } = await paths(t.context)
  await send('POST', deployments, deployment('d1'))
  const { json: scale } = await get(`${deployments}/d1/scale`)
  t.like(scale, { kind: 'Scale', apiVersion: 'autoscaling/v1' })
  t.is(scale.spec.replicas, 1)
  const patched = await send('PATCH', `${deployments}/d1/scale`, { spec: { replicas: 4 } }, MERGE)
  t.is(patched.json.spec.replicas, 4)
  // kubectl sends this one without a Content-Type.
  const put = await t.context.server.request(`${deployments}/d1/scale`, {
    method: 'PUT',
    body: JSON.stringify({ ...patched.json, spec: { replicas: 2 } }),
  })
  t.is(put.code, 200, put.text)
  t.is((await get(`${deployments}/d1`)).json.spec.replicas, 2)
})

test('generateName, and names that cannot be', async t => {
  const { send } = t.context
  const { configMaps, pods } = await paths(t.context)
  const made = await send('POST', configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'x-' } })
  t.regex(made.json.metadata.name, /^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  const wrong = await send('POST', pods, pod('Not_A_Name'))
  t.is(wrong.code, 422)
  t.like(wrong.json, { reason: 'Invalid' })
  t.is(wrong.json.details.kind, 'Pod')
  t.is(wrong.json.details.causes[0].field, 'metadata.name')
  t.is((await send('POST', configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })).code, 422)
  t.is((await send('POST', configMaps, configMap('a', {}, { namespace: 'other' }))).code, 400)
})

test('a second create is AlreadyExists, a namespace that is not there NotFound', async t => {
  const { send } = t.context
  const { configMaps } = await paths(t.context)
  await send('POST', configMaps, configMap('a'))
  const again = await send('POST', configMaps, configMap('a'))
  t.is(again.code, 409)
  t.like(again.json, { reason: 'AlreadyExists', message: 'configmaps "a" already exists' })
  const nowhere = await send('POST', '/api/v1/namespaces/nowhere/configmaps', configMap('a'))
  t.is(nowhere.code, 404)
  t.is(nowhere.json.message, 'namespaces "nowhere" not found')
})

test('unknown and doubled fields: refused, told, or dropped', async t => {
  const { send, get } = t.context
  const { deployments } = await paths(t.context)
  const body = JSON.stringify(deployment('d1')).replace(
    '"spec":{"replicas":1,',
    '"spec":{"foo":1,"replicas":1,"replicas":1,',
  )
  const strict = await send('POST', `${deployments}?fieldValidation=Strict`, body)
  t.is(strict.code, 400)
  t.like(strict.json, { reason: 'BadRequest' })
  t.regex(strict.json.message, /strict decoding error: /)
  t.regex(strict.json.message, /unknown field "spec\.foo"/)
  t.regex(strict.json.message, /duplicate field "spec\.replicas"/)
  const warned = await send('POST', `${deployments}?fieldValidation=Warn`, body)
  t.is(warned.code, 201)
  t.regex(String(warned.headers.warning), /299 - "unknown field \\"spec\.foo\\""/)
  t.is((await get(`${deployments}/d1`)).json.spec.foo, undefined)
  const ignored = await send('PUT', `${deployments}/d1?fieldValidation=Ignore`, body)
  t.is(ignored.headers.warning, undefined)
  t.is((await send('POST', `${deployments}?fieldValidation=Sometimes`, body)).code, 422)
  const metadata = { ...deployment('d2'), metadata: { name: 'd2', unheard: 1 } }
  const unknownMetadata = await send('POST', `${deployments}?fieldValidation=Strict`, metadata)
  t.is(unknownMetadata.code, 400)
  t.regex(unknownMetadata.json.message, /unknown field "metadata\.unheard"/)
})

test('a dry run answers as if, and stores nothing', async t => {
  const { send, get } = t.context
  const { configMaps } = await paths(t.context)
  t.is((await send('POST', `${configMaps}?dryRun=All`, configMap('a'))).code, 201)
  t.is((await get(`${configMaps}/a`)).code, 404)
  await send('POST', configMaps, configMap('a', { x: '1' }))
  const { json: before } = await get(`${configMaps}/a`)
  const patched = await send('PATCH', `${configMaps}/a?dryRun=All`, { data: { x: '2' } }, MERGE)
  t.is(patched.json.data.x, '2')
  t.is((await send('DELETE', `${configMaps}/a?dryRun=All`)).code, 200)
  t.is((await send('DELETE', `${configMaps}/a`, { dryRun: ['All'] })).code, 200)
  t.deepEqual((await get(`${configMaps}/a`)).json, before)
  t.is((await send('POST', `${configMaps}?dryRun=Some`, configMap('b'))).code, 422)
})

test('JSON patch: a test that fails is a 422, and so is a path that is not there', async t => {
  const { send } = t.context
  const { configMaps } = await paths(t.context)
  await send('POST', configMaps, configMap('a', { x: '1' }))
  const patch = (operations: unknown) => send('PATCH', `${configMaps}/a`, operations, JSON_PATCH)
  const good = await patch([
    { op: 'test', path: '/data/x', value: '1' },
    { op: 'replace', path: '/data/x', value: '2' },
    { op: 'add', path: '/metadata/labels', value: { 'example.com/a': '1' } },
    { op: 'add', path: '/metadata/labels/example.com~1b', value: '2' },
  ])
  t.is(good.code, 200, good.text)
  t.deepEqual(good.json.data, { x: '2' })
  t.deepEqual(good.json.metadata.labels, { 'example.com/a': '1', 'example.com/b': '2' })
  t.is((await patch([{ op: 'test', path: '/data/x', value: '1' }])).code, 422)
  t.is((await patch([{ op: 'remove', path: '/data/none' }])).code, 422)
  t.is((await patch({ op: 'remove' })).code, 400)
})

test('merge patch: null removes', async t => {
  const { send } = t.context
  const { configMaps } = await paths(t.context)
  await send('POST', configMaps, configMap('a', { x: '1', y: '2' }))
  const { json } = await send('PATCH', `${configMaps}/a`, { data: { x: null, z: '3' } }, MERGE)
  t.deepEqual(json.data, { y: '2', z: '3' })
})

test('strategic merge patch: containers by name, and its directives', async t => {
  const { send } = t.context
  const { deployments } = await paths(t.context)
  const two = deployment('d1')
  two.spec.template.spec.containers.push({ name: 'side', image: 'busybox:1' })
  await send('POST', deployments, two)
  const patch = (spec: object) => send('PATCH', `${deployments}/d1`, { spec: { template: { spec } } }, STRATEGIC)
  const names = (answer: { json: { spec: { template: { spec: { containers: { name: string }[] } } } } }) =>
    answer.json.spec.template.spec.containers.map(each => each.name)
  const merged = await patch({
    containers: [
      { name: 'side', image: 'busybox:2' },
      { name: 'more', image: 'busybox:3' },
    ],
  })
  t.is(merged.code, 200, merged.text)
  t.deepEqual(new Set(names(merged)), new Set(['main', 'side', 'more']))
  const ordered = await patch({
    $setElementOrder: undefined,
    '$setElementOrder/containers': [{ name: 'more' }, { name: 'side' }, { name: 'main' }],
  })
  t.deepEqual(names(ordered), ['more', 'side', 'main'])
  const removed = await patch({
    containers: [
      { name: 'side', $patch: 'delete' },
      { name: 'more', $patch: 'delete' },
    ],
  })
  t.deepEqual(names(removed), ['main'])
  const strategy = await send(
    'PATCH',
    `${deployments}/d1`,
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    STRATEGIC,
  )
  t.deepEqual(strategy.json.spec.strategy, { type: 'Recreate' })
})

test('a patch on nothing is NotFound; one with an old revision a conflict', async t => {
  const { send } = t.context
  const { configMaps } = await paths(t.context)
  t.is((await send('PATCH', `${configMaps}/none`, {}, MERGE)).code, 404)
  const { json } = await send('POST', configMaps, configMap('a'))
  const { resourceVersion } = json.metadata
  const patch = { metadata: { resourceVersion }, data: { x: '1' } }
  t.is((await send('PATCH', `${configMaps}/a`, patch, MERGE)).code, 200)
  t.is((await send('PATCH', `${configMaps}/a`, { ...patch, data: { x: '2' } }, MERGE)).code, 409)
  t.is((await send('PATCH', `${configMaps}/a?force=true`, { data: {} }, MERGE)).code, 422)
})

test('who wrote is taken from fieldManager, else from the User-Agent', async t => {
  const { send, get } = t.context
  const { configMaps } = await paths(t.context)
  await send('POST', `${configMaps}?fieldManager=mine`, configMap('a', { x: '1' }))
  await send('POST', configMaps, configMap('b', { x: '1' }), {
    'user-agent': 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
  })
  const managers = async (name: string) =>
    (await get(`${configMaps}/${name}`)).json.metadata.managedFields.map((each: { manager: string }) => each.manager)
  t.deepEqual(await managers('a'), ['mine'])
  t.deepEqual(await managers('b'), ['kubectl'])
  t.is((await send('POST', `${configMaps}?fieldManager=${'x'.repeat(200)}`, configMap('c'))).code, 422)
})
