import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { configMap, pod, startWireServer } from './wire-server.ts'

/** Deletion: options, finalizers, preconditions, grace, collections. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const MERGE = { 'content-type': 'application/merge-patch+json' }

test('gone at once is a Status with the uid', async t => {
  const { send, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const { json: created } = await send('POST', path, configMap('a'))
  const { code, json } = await send('DELETE', `${path}/a`, { propagationPolicy: 'Background' })
  t.is(code, 200)
  t.like(json, { kind: 'Status', status: 'Success' })
  t.deepEqual(json.details, { name: 'a', kind: 'configmaps', uid: created.metadata.uid })
  t.is((await send('DELETE', `${path}/a`)).code, 404)
})

test('a finalizer keeps it, no new one may come, and the last one leaving ends it', async t => {
  const { send, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a', {}, { finalizers: ['example.com/hold'] }))
  const { code, json } = await send('DELETE', `${path}/a`)
  t.is(code, 200)
  t.is(json.kind, 'ConfigMap')
  t.truthy(json.metadata.deletionTimestamp)
  const added = await send(
    'PATCH',
    `${path}/a`,
    { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
    MERGE,
  )
  t.is(added.code, 422)
  const released = await send('PATCH', `${path}/a`, { metadata: { finalizers: [] } }, MERGE)
  t.is(released.code, 200)
  t.is((await get(`${path}/a`)).code, 404)
})

test('preconditions: another uid or revision is a conflict', async t => {
  const { send, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const { json: created } = await send('POST', path, configMap('a'))
  const { uid } = created.metadata
  const wrong = await send('DELETE', `${path}/a`, { preconditions: { uid: 'other' } })
  t.is(wrong.code, 409)
  t.regex(wrong.json.message, /Precondition failed: UID in precondition: other, UID in object meta: /)
  t.is((await send('DELETE', `${path}/a`, { preconditions: { resourceVersion: '1' } })).code, 409)
  t.is((await send('DELETE', `${path}/a`, { preconditions: { uid } })).code, 200)
})

test('options may stand in the query; wrong ones are refused by name', async t => {
  const { send, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  for (const body of [
    { propagationPolicy: 'Sideways' },
    { gracePeriodSeconds: 'soon' },
    { propagationPolicy: 'Orphan', orphanDependents: true },
    { dryRun: ['Some'] },
  ])
    t.is((await send('DELETE', `${path}/a`, body)).code, 422, JSON.stringify(body))
  t.is((await send('DELETE', `${path}/a`, '{')).code, 400)
  t.is((await send('DELETE', `${path}/a?propagationPolicy=Sideways`)).code, 422)
  t.is((await send('DELETE', `${path}/a?gracePeriodSeconds=0&propagationPolicy=Background`)).code, 200)
})

test('a pod that no node has is gone at once; grace zero always', async t => {
  const { send, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/pods`
  await send('POST', path, pod('free'))
  t.is((await send('DELETE', `${path}/free`)).json.kind, 'Status')
  await send('POST', path, { ...pod('bound'), spec: { ...pod('bound').spec, nodeName: 'node-1' } })
  const { json } = await send('DELETE', `${path}/bound`, { gracePeriodSeconds: 5 })
  t.is(json.kind, 'Pod')
  t.is(json.metadata.deletionGracePeriodSeconds, 5)
  t.truthy((await get(`${path}/bound`)).json.metadata.deletionTimestamp)
  t.is((await send('DELETE', `${path}/bound`, { gracePeriodSeconds: 0 })).json.kind, 'Status')
  t.is((await get(`${path}/bound`)).code, 404)
})

test('a collection goes by selector', async t => {
  const { send, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  for (const [name, app] of [
    ['a', 'x'],
    ['b', 'x'],
    ['c', 'y'],
  ] as const)
    await send('POST', path, configMap(name, {}, { labels: { app } }))
  t.is((await send('DELETE', `${path}?labelSelector=app%3Dx`)).code, 200)
  const left = (await get(path)).json.items.map((each: { metadata: { name: string } }) => each.metadata.name)
  t.deepEqual(left, ['c'])
  t.is((await send('DELETE', '/api/v1/namespaces')).code, 405)
})

test('namespaces: the lasting ones stay, a dying one takes nothing new', async t => {
  const { send, get, namespace } = t.context
  for (const name of ['default', 'kube-system']) t.is((await send('DELETE', `/api/v1/namespaces/${name}`)).code, 403)
  const name = await namespace()
  const { json } = await send('DELETE', `/api/v1/namespaces/${name}`)
  t.is(json.status.phase, 'Terminating')
  const refused = await send('POST', `/api/v1/namespaces/${name}/configmaps`, configMap('late'))
  t.is(refused.code, 403)
  t.regex(refused.json.message, /because it is being terminated/)
  t.is(refused.json.details.causes[0].reason, 'NamespaceTerminating')
  const { json: dying } = await get(`/api/v1/namespaces/${name}`)
  const finalized = await send('PUT', `/api/v1/namespaces/${name}/finalize`, { ...dying, spec: { finalizers: [] } })
  t.is(finalized.code, 200, finalized.text)
  t.is((await get(`/api/v1/namespaces/${name}`)).code, 404)
})
