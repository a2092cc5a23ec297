import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { StoredObject, WatchRequest, WatchSink } from '../../src/registry/registry.ts'
import { WATCH_WINDOW_EVENTS } from '../../src/registry/watch-window.ts'
import { settle, VirtualClock } from '../simulation/world/virtual-clock.ts'
import { type OpenRegistry, openRegistry } from './open-registry.ts'
import { adminContext, servedKind } from './requests.ts'

class RecordingSink implements WatchSink {
  readonly lines: string[] = []
  readonly objects: StoredObject[] = []

  event(type: string, object: StoredObject): void {
    this.lines.push(`${type} ${object.key.name}`)
    this.objects.push(object)
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    this.lines.push(`BOOKMARK ${revision}${initialEventsEnd ? ' initial' : ''}`)
  }

  end(error: Error | undefined): void {
    this.lines.push(`END ${error?.message ?? ''}`)
  }
}

async function watch(open: OpenRegistry, request: Partial<WatchRequest> = {}) {
  const sink = new RecordingSink()
  const target = { served: servedKind(open.registry, ConfigMap), namespace: 'default' }
  const handle = await open.registry.watch(adminContext(), target, { allowBookmarks: false, ...request }, sink)
  return { sink, handle }
}

function create(open: OpenRegistry, name: string) {
  return open.admin.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name } })
}

const key = (name: string) => ({ namespace: 'default', name })

test('a deletion carries the last state with the revision of the deletion', async t => {
  const open = await openRegistry()
  const created = await create(open, 'one')
  const { sink } = await watch(open, { resourceVersion: String(created.metadata.resourceVersion) })
  await open.admin.delete(ConfigMap, key('one'))
  t.deepEqual(sink.lines, ['DELETED one'])
  t.is(sink.objects[0]?.revision, open.store.revision)
  t.is(sink.objects[0]?.object().metadata.resourceVersion, String(open.store.revision))
  await open.close()
})

test('an event is encoded once however many watch', async t => {
  const open = await openRegistry()
  const one = await watch(open)
  const two = await watch(open)
  await create(open, 'one')
  const [version] = ConfigMap.versions
  t.is(one.sink.objects[0]?.json(version!), two.sink.objects[0]?.json(version!))
  await open.close()
})

test('a watch resumes inside the window and is 410 Expired before it', async t => {
  const open = await openRegistry()
  const start = open.store.revision
  const first = await create(open, 'one')
  for (let at = 0; at < 2 * WATCH_WINDOW_EVENTS; at++) {
    await open.admin.patch(ConfigMap, key('one'), { type: 'merge', body: { data: { at: String(at) } } })
  }
  const error = await t.throwsAsync<ApiError>(watch(open, { resourceVersion: String(first.metadata.resourceVersion) }))
  t.is(error.code, 410)
  t.is(error.reason, 'Expired')
  t.regex(error.message, /^too old resource version: \d+ \(\d+\)$/)
  const resumed = await watch(open, { resourceVersion: String(open.store.revision - WATCH_WINDOW_EVENTS) })
  await settle()
  while (resumed.sink.lines.length < WATCH_WINDOW_EVENTS) await new Promise(resolve => setTimeout(resolve, 5))
  t.is(resumed.sink.lines.length, WATCH_WINDOW_EVENTS)
  const revisions = resumed.sink.objects.map(object => object.revision)
  t.deepEqual(
    revisions,
    revisions.toSorted((a, b) => a - b),
  )
  t.true(start < revisions[0]!)
  await open.close()
})

test('busy neighbours of another kind do not push events out of the window', async t => {
  const open = await openRegistry()
  const created = await create(open, 'one')
  for (let at = 0; at < 2 * WATCH_WINDOW_EVENTS; at++) {
    const secret = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'kube-system', name: `n${at}` } }
    if (at % 500 === 0) await open.admin.create(ConfigMap, secret)
  }
  const { sink } = await watch(open, { resourceVersion: String(created.metadata.resourceVersion) })
  t.deepEqual(sink.lines, [])
  await open.close()
})

test('bookmarks come every minute to those who asked, with the newest revision', async t => {
  const clock = new VirtualClock()
  const open = await openRegistry({ clock })
  const asked = await watch(open, { allowBookmarks: true })
  const other = await watch(open)
  await create(open, 'one')
  while (clock.nextAtMs !== undefined && clock.nextAtMs <= 60_000) clock.fireNext()
  t.deepEqual(asked.sink.lines, ['ADDED one', `BOOKMARK ${open.store.revision}`])
  t.deepEqual(other.sink.lines, ['ADDED one'])
  asked.handle.stop()
  other.handle.stop()
  await open.close()
})

test('initial events end with an annotated bookmark at their revision', async t => {
  const open = await openRegistry()
  await create(open, 'one')
  const streamed = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowBookmarks: true } as const
  const { sink } = await watch(open, streamed)
  t.deepEqual(sink.lines, ['ADDED one', `BOOKMARK ${open.store.revision} initial`])
  await create(open, 'two')
  t.is(sink.lines[2], 'ADDED two')
  const without = await watch(open, { ...streamed, sendInitialEvents: false })
  t.deepEqual(without.sink.lines, [])
  await open.close()
})

test('initial events are asked for in the one way Kubernetes allows', async t => {
  const open = await openRegistry()
  for (const request of [
    { sendInitialEvents: true, allowBookmarks: true },
    { sendInitialEvents: true, allowBookmarks: true, resourceVersionMatch: 'Exact' },
    { sendInitialEvents: true, allowBookmarks: false, resourceVersionMatch: 'NotOlderThan' },
    { allowBookmarks: false, resourceVersionMatch: 'NotOlderThan' },
  ] as const) {
    const error = await t.throwsAsync<ApiError>(watch(open, request))
    t.is(error.code, 422, JSON.stringify(request))
  }
  await open.close()
})

/** Time passes while work is done. */
class BusyClock extends VirtualClock {
  #worked = 0

  override monotonic(): number {
    this.#worked += 1
    return super.monotonic() + this.#worked
  }
}

test('a long start is given in turns, and what happens meanwhile comes after it, in order', async t => {
  const clock = new BusyClock()
  const open = await openRegistry({ clock })
  const names = Array.from({ length: 450 }, (_, at) => `cm-${String(at).padStart(3, '0')}`)
  for (const name of names) await create(open, name)
  const { sink, handle } = await watch(open)
  t.true(sink.lines.length < names.length)
  t.is(handle.revision, 0)
  await create(open, 'later')
  await open.admin.delete(ConfigMap, key('cm-449'))
  while (sink.lines.length < names.length + 2) {
    clock.fireNext()
    await settle()
  }
  t.deepEqual(sink.lines, [...names.map(name => `ADDED ${name}`), 'ADDED later', 'DELETED cm-449'])
  t.is(handle.revision, open.store.revision)
  await open.close()
})

test('a stopped watch hears nothing, also when it stops itself while being told', async t => {
  const open = await openRegistry()
  const { sink, handle } = await watch(open)
  sink.event = function (type, object) {
    this.lines.push(`${type} ${object.key.name}`)
    handle.stop()
  }
  await create(open, 'one')
  await create(open, 'two')
  t.deepEqual(sink.lines, ['ADDED one'])
  await open.close()
  t.deepEqual(sink.lines, ['ADDED one'])
})

test('closing the registry ends its watches cleanly', async t => {
  const open = await openRegistry()
  const { sink } = await watch(open)
  await open.close()
  t.deepEqual(sink.lines, ['END '])
})

test('a watch sees exactly the writes, in order, for every watcher alike', async t => {
  const open = await openRegistry()
  const one = await watch(open)
  const two = await watch(open)
  await Promise.all(Array.from({ length: 20 }, (_, at) => create(open, `n${at}`)))
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      open.admin.patch(ConfigMap, key('n0'), { type: 'merge', body: { data: { [`k${at}`]: 'v' } } }).catch(() => {}),
    ),
  )
  t.deepEqual(one.sink.lines, two.sink.lines)
  const revisions = one.sink.objects.map(object => object.revision)
  t.deepEqual(
    revisions,
    [...new Set(revisions)].sort((a, b) => a - b),
  )
  await open.close()
})
