import anyTest, { type TestFn } from 'ava'
import { WATCH_WINDOW_EVENTS } from '../../../src/registry/watch-window.ts'
import type { WireEvent, WireServer } from './wire-server.ts'
import { configMap, startWireServer } from './wire-server.ts'

/** Watches: from where, what, how they end. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const MERGE = { 'content-type': 'application/merge-patch+json' }
const shown = (events: readonly WireEvent[]) => events.map(each => `${each.type} ${each.object.metadata.name}`)

test('from a revision: only what came later, in order; and again from the last one seen', async t => {
  const { send, watch, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('before'))
  const from = (await get(path)).json.metadata.resourceVersion
  await send('POST', path, configMap('a'))
  await send('PATCH', `${path}/a`, { data: { x: '1' } }, MERGE)
  await send('DELETE', `${path}/before`)
  const first = await watch(`${path}?watch=true&resourceVersion=${from}`, 3)
  t.deepEqual(shown(first.events), ['ADDED a', 'MODIFIED a', 'DELETED before'])
  const revisions = first.events.map(each => Number(each.object.metadata.resourceVersion))
  t.deepEqual(
    revisions,
    [...revisions].sort((a, b) => a - b),
  )
  const again = await watch(`${path}?watch=1&resourceVersion=${revisions[1]}`, 1)
  t.deepEqual(shown(again.events), ['DELETED before'])
  t.is(again.events[0]!.object.metadata.resourceVersion, String(revisions[2]))
})

test('without a revision, or from 0: first what there is', async t => {
  const { send, watch, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  await send('POST', path, configMap('b'))
  for (const query of ['watch=true', 'watch=true&resourceVersion=0'])
    t.deepEqual(shown((await watch(`${path}?${query}`, 2)).events), ['ADDED a', 'ADDED b'])
  const byName = await watch(`${path}?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=0`, 1)
  t.deepEqual(shown(byName.events), ['ADDED b'])
})

test('entering and leaving a selection is ADDED and DELETED', async t => {
  const { send, watch, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const from = (await get(path)).json.metadata.resourceVersion
  await send('POST', path, configMap('a', {}, { labels: { on: 'no' } }))
  await send('PATCH', `${path}/a`, { metadata: { labels: { on: 'yes' } } }, MERGE)
  await send('PATCH', `${path}/a`, { data: { x: '1' } }, MERGE)
  await send('PATCH', `${path}/a`, { metadata: { labels: { on: 'no' } } }, MERGE)
  const { events } = await watch(`${path}?watch=true&labelSelector=on%3Dyes&resourceVersion=${from}`, 3)
  t.deepEqual(shown(events), ['ADDED a', 'MODIFIED a', 'DELETED a'])
  t.is(events[2]!.object.metadata.labels.on, 'yes')
})

test('all watchers see the same order', async t => {
  const { send, watch, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  const from = (await get(path)).json.metadata.resourceVersion
  const watching = Promise.all(Array.from({ length: 5 }, () => watch(`${path}?watch=true&resourceVersion=${from}`, 20)))
  await Promise.all(Array.from({ length: 20 }, (_, index) => send('POST', path, configMap(`c${index}`))))
  const [first, ...others] = (await watching).map(({ events }) => JSON.stringify(events))
  for (const other of others) t.is(other, first!)
})

test('timeoutSeconds ends the stream cleanly, with a last bookmark for who wants them', async t => {
  const { watch, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps?watch=true&timeoutSeconds=1`
  const plain = await watch(path)
  t.true(plain.ended)
  t.deepEqual(plain.events, [])
  const { ended, events } = await watch(`${path}&allowWatchBookmarks=true`)
  t.true(ended)
  t.deepEqual(
    events.map(each => [each.type, each.object.kind, each.object.apiVersion]),
    [['BOOKMARK', 'ConfigMap', 'v1']],
  )
  t.regex(events[0]!.object.metadata.resourceVersion, /^\d+$/)
})

test('sendInitialEvents ends them with a marked bookmark', async t => {
  const { send, watch, get, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true'
  const { events } = await watch(`${path}?${query}&resourceVersionMatch=NotOlderThan`, 2)
  t.deepEqual(
    events.map(each => each.type),
    ['ADDED', 'BOOKMARK'],
  )
  t.is(events[1]!.object.metadata.annotations['k8s.io/initial-events-end'], 'true')
  t.is((await get(`${path}?${query}`)).code, 422)
})

const WRITERS = 20

test('a revision that is too old is 410', async t => {
  const { send, watch, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  // More changes than a kind's window keeps before it drops the older half.
  const names = Array.from({ length: WRITERS }, (_, index) => `c${index}`)
  await Promise.all(
    names.map(async name => {
      await send('POST', path, configMap(name))
      for (let index = 0; index < (2 * WATCH_WINDOW_EVENTS) / WRITERS; index++)
        await send('PATCH', `${path}/${name}`, { data: { x: String(index) } }, MERGE)
    }),
  )
  const { code, events } = await watch(`${path}?watch=true&resourceVersion=1`, 1)
  if (code === 200) t.like(events[0], { type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  else t.is(code, 410)
})

test('a watched table has its columns in the first event only', async t => {
  const { send, watch, namespace } = t.context
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  await send('POST', path, configMap('a'))
  await send('POST', path, configMap('b'))
  const { events } = await watch(`${path}?watch=true`, 2, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' })
  t.deepEqual(
    events.map(({ object }) => [object.kind, object.rows[0].cells[0], object.columnDefinitions.length > 0]),
    [
      ['Table', 'a', true],
      ['Table', 'b', false],
    ],
  )
})
