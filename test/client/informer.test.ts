import test from 'ava'
import { apiError } from '../../src/api/api-error.ts'
import { defineKind } from '../../src/api/define-kind.ts'
import type { KubeObject } from '../../src/api/object.ts'
import { struct } from '../../src/api/schema-builder.ts'
import type { Client, ObjectWatcher, WatchOptions } from '../../src/client/client.ts'
import { Informer } from '../../src/client/informer.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { ManualClock, settle, zeroRandom } from './manual-clock.ts'

const Box = defineKind<KubeObject>({ group: '', version: 'v1', kind: 'Box', plural: 'boxes', schema: struct({}) })

function box(name: string, resourceVersion: string, uid = name): KubeObject {
  return { apiVersion: 'v1', kind: 'Box', metadata: { namespace: 'n', name, uid, resourceVersion } }
}

/** A server whose list and watch the test plays by hand. */
class PlayedServer {
  items: KubeObject[] = []
  resourceVersion = '1'
  failLists = 0
  lists = 0
  watches: { options: WatchOptions; watcher: ObjectWatcher<KubeObject>; stopped: boolean }[] = []

  readonly client = {
    list: async () => {
      this.lists += 1
      if (this.failLists-- > 0) throw new Error('connection refused')
      return { items: this.items, resourceVersion: this.resourceVersion }
    },
    watch: (_kind: unknown, options: WatchOptions, watcher: ObjectWatcher<KubeObject>) => {
      const watch = { options, watcher, stopped: false }
      this.watches.push(watch)
      return {
        stop: () => {
          watch.stopped = true
        },
      }
    },
  } as unknown as Client

  get last() {
    return this.watches.at(-1)!
  }
}

function make(options: { resyncMs?: number } = {}) {
  const server = new PlayedServer()
  const clock = new ManualClock()
  const informer = new Informer<KubeObject>({
    client: server.client,
    kind: Box,
    clock,
    random: zeroRandom,
    log: silentLogger,
    ...options,
  })
  const seen: string[] = []
  informer.onChange(change => seen.push(`${change.type} ${change.object.metadata.name}`))
  return { server, clock, informer, seen }
}

test('lists, then watches from there', async t => {
  const { server, informer, seen } = make()
  server.items = [box('a', '3'), box('b', '5')]
  server.resourceVersion = '7'
  informer.start()
  t.false(informer.hasSynced)
  await informer.synced()
  t.deepEqual(seen, ['ADDED a', 'ADDED b'])
  t.is(server.last.options.resourceVersion, '7')
  server.last.watcher.onEvent({ type: 'MODIFIED', object: box('a', '8') })
  server.last.watcher.onEvent({ type: 'DELETED', object: box('b', '9') })
  t.deepEqual(seen.slice(2), ['MODIFIED a', 'DELETED b'])
  t.is(informer.get({ namespace: 'n', name: 'a' })?.metadata.resourceVersion, '8')
  t.is(informer.size, 1)
})

test('a watch that ended goes on after the last event or bookmark', async t => {
  const { server, clock, informer } = make()
  informer.start()
  await informer.synced()
  server.last.watcher.onEvent({ type: 'ADDED', object: box('a', '8') })
  server.last.watcher.onEvent({ type: 'BOOKMARK', resourceVersion: '20' })
  server.last.watcher.onEnd(undefined)
  await clock.advance(100)
  t.is(server.watches.length, 2)
  t.is(server.last.options.resourceVersion, '20')
  t.is(server.lists, 1)
})

test('after 410 it lists again and tells only of differences', async t => {
  const { server, clock, informer, seen } = make()
  server.items = [box('same', '1'), box('changed', '1'), box('gone', '1'), box('anew', '1', 'old')]
  informer.start()
  await informer.synced()
  seen.length = 0
  server.items = [box('same', '1'), box('changed', '6'), box('anew', '5', 'new'), box('more', '7')]
  server.last.watcher.onEnd(apiError('Expired', 'too old resource version'))
  await clock.advance(100)
  t.is(server.lists, 2)
  t.deepEqual(seen.sort(), ['ADDED anew', 'ADDED more', 'DELETED anew', 'DELETED gone', 'MODIFIED changed'])
})

test('failures are retried, later each time', async t => {
  const { server, clock, informer } = make()
  server.failLists = 3
  informer.start()
  await settle()
  await clock.advance(100)
  t.is(server.lists, 2)
  await clock.advance(199)
  t.is(server.lists, 2)
  await clock.advance(1)
  t.is(server.lists, 3)
  await clock.advance(400)
  t.true(informer.hasSynced)
})

test('a late listener is shown what is held; resync shows it again', async t => {
  const { server, clock, informer, seen } = make({ resyncMs: 1_000 })
  server.items = [box('a', '1')]
  informer.start()
  await informer.synced()
  const late: string[] = []
  const listener = informer.onChange(change => late.push(change.type))
  t.deepEqual(late, ['ADDED'])
  listener.close()
  await clock.advance(2_000)
  t.deepEqual(seen, ['ADDED a', 'SYNC a', 'SYNC a'])
  t.deepEqual(late, ['ADDED'])
})

test('after stop nothing is heard and nothing waits', async t => {
  const { server, clock, informer, seen } = make({ resyncMs: 50 })
  informer.start()
  await informer.synced()
  informer.stop()
  t.true(server.last.stopped)
  server.last.watcher.onEvent({ type: 'ADDED', object: box('a', '8') })
  await clock.advance(1_000)
  t.deepEqual(seen, [])
  t.is(clock.waiting, 0)
})
