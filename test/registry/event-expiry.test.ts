import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { Event } from '../../src/api/kinds/core/event.ts'
import type { Client } from '../../src/client/client.ts'
import { settle, VirtualClock } from '../simulation/world/virtual-clock.ts'
import { openRegistry } from './open-registry.ts'

function create(client: Client, name: string) {
  const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' }
  return client.create(Event, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'default', name },
    involvedObject,
    reason: 'Tested',
    message: 'it happened',
    type: 'Normal',
  })
}

async function advance(clock: VirtualClock, byMs: number): Promise<void> {
  const end = clock.monotonic() + byMs
  while (clock.nextAtMs !== undefined && clock.nextAtMs <= end) {
    clock.fireNext()
    await settle()
  }
}

test('events live in their own store, with their own revisions', async t => {
  const open = await openRegistry()
  const before = open.store.revision
  await create(open.admin, 'one')
  t.is(open.store.revision, before)
  t.is(open.eventStore.revision, 1)
  t.is((await open.admin.list(Event, { fieldSelector: 'involvedObject.name=web' })).items.length, 1)
  await open.close()
})

test('an event is gone an hour after it was last written', async t => {
  const clock = new VirtualClock()
  const open = await openRegistry({ clock })
  await create(open.admin, 'old')
  await create(open.admin, 'repeated')
  await advance(clock, 40 * 60_000)
  await open.admin.patch(Event, { namespace: 'default', name: 'repeated' }, { type: 'merge', body: { count: 2 } })
  await advance(clock, 22 * 60_000)
  t.deepEqual(
    (await open.admin.list(Event)).items.map(event => event.metadata.name),
    ['repeated'],
  )
  await advance(clock, 60 * 60_000)
  t.deepEqual((await open.admin.list(Event)).items, [])
  t.is(clock.nextAtMs, undefined, 'no timer runs while there are no events')
  await open.close()
})

test('the age of events counts on over a restart', async t => {
  const clock = new VirtualClock()
  const first = await openRegistry({ clock })
  await create(first.admin, 'one')
  first.registry.close()
  clock.jump(60 * 60_000)
  const second = await openRegistry({ clock, store: first.store, eventStore: first.eventStore })
  await advance(clock, 2 * 60_000)
  t.deepEqual((await second.admin.list(Event)).items, [])
  await second.close()
})

test('a source that has gone wild is slowed down, others are not', async t => {
  const clock = new VirtualClock()
  const open = await openRegistry({ clock })
  const agent = (name: string) => open.registry.client({ user: `system:node:${name}`, groups: ['system:nodes'] })
  let refused: ApiError | undefined
  for (let at = 0; at < 501 && refused === undefined; at++) {
    await create(agent('wild'), `e${at}`).catch((error: ApiError) => {
      refused = error
    })
  }
  t.is(refused?.code, 429)
  t.is(refused?.status.details?.retryAfterSeconds, 1)
  await t.notThrowsAsync(create(agent('calm'), 'calm'))
  clock.setTimer(1_000, () => {})
  clock.fireNext()
  await t.notThrowsAsync(create(agent('wild'), 'again'))
  await open.close()
})
