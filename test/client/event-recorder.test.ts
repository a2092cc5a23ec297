import test from 'ava'
import { notFound } from '../../src/api/api-error.ts'
import { defineKind } from '../../src/api/define-kind.ts'
import { KindRegistry } from '../../src/api/kind-registry.ts'
import type { KubeObject } from '../../src/api/object.ts'
import { struct } from '../../src/api/schema-builder.ts'
import type { Client } from '../../src/client/client.ts'
import { createEventRecorder } from '../../src/client/event-recorder.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { ManualClock } from './manual-clock.ts'

const Event = defineKind<KubeObject>({ group: '', version: 'v1', kind: 'Event', plural: 'events', schema: struct({}) })

// biome-ignore lint/suspicious/noExplicitAny: events of any shape are looked into
type AnyEvent = any

function make() {
  const clock = new ManualClock()
  const events = new Map<string, AnyEvent>()
  const state = { failing: false }
  const client = {
    kinds: new KindRegistry([Event]),
    create: async (_kind: unknown, event: AnyEvent) => {
      if (state.failing) throw new Error('away')
      events.set(event.metadata.name, event)
      return event
    },
    patch: async (_kind: unknown, key: { name: string }, patch: { body: object }) => {
      const event = events.get(key.name)
      if (event === undefined) throw notFound('', 'events', key.name)
      Object.assign(event, patch.body)
      return event
    },
  } as unknown as Client
  const recorder = createEventRecorder({
    client,
    clock,
    random: systemRandom,
    log: silentLogger,
    component: 'replica-set',
  })
  return { clock, events, recorder, state }
}

function pod(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: `uid-${name}` } }
}

test('an event names its object, its source and the time', async t => {
  const { recorder, events } = make()
  recorder.record(pod('web'), 'Normal', 'Started', 'Started container web')
  await recorder.flush()
  const [event] = [...events.values()]
  t.like(event, { type: 'Normal', reason: 'Started', message: 'Started container web', count: 1 })
  t.like(event.involvedObject, { kind: 'Pod', apiVersion: 'v1', name: 'web', namespace: 'shop', uid: 'uid-web' })
  t.is(event.metadata.namespace, 'shop')
  t.regex(event.metadata.name, /^web\.[0-9a-f]{16}$/)
  t.is(event.source.component, 'replica-set')
  t.is(event.firstTimestamp, '2023-11-14T22:13:20Z')
})

test('what happens again is counted, and starts anew when it was long ago or has expired', async t => {
  const { recorder, events, clock } = make()
  const record = async () => {
    recorder.record(pod('web'), 'Warning', 'BackOff', 'restarting')
    await recorder.flush()
  }
  await record()
  await record()
  await record()
  t.deepEqual(
    [...events.values()].map(event => event.count),
    [3],
  )
  events.clear()
  await record()
  t.is([...events.values()][0].count, 4)
  await clock.advance(11 * 60_000)
  await record()
  t.deepEqual(
    [...events.values()].map(event => event.count),
    [4, 1],
  )
})

test('objects without a namespace have their events in default', async t => {
  const { recorder, events } = make()
  recorder.record({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, 'Normal', 'NodeReady', 'ready')
  await recorder.flush()
  t.is([...events.values()][0].metadata.namespace, 'default')
})

test('a burst is bounded, and a server that is away fails nobody', async t => {
  const { recorder, events, state } = make()
  for (let index = 0; index < 2_000; index++) recorder.record(pod(`p${index}`), 'Normal', 'Created', 'created')
  await recorder.flush()
  t.is(events.size, 500)
  state.failing = true
  recorder.record(pod('late'), 'Normal', 'Created', 'created')
  await recorder.flush()
  t.is(events.size, 500)
})
