import test from 'ava'
import { Event } from '../../../../src/api/kinds/core/event.ts'
import { cellsOf, drafted, errorsOf } from '../kind-samples.ts'

const event = (more: object = {}) =>
  drafted(Event, {
    metadata: { name: 'p.1', namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p', fieldPath: 'spec.containers{web}' },
    reason: 'BackOff',
    message: 'Back-off restarting\n',
    type: 'Warning',
    source: { component: 'kubelet', host: 'node-1' },
    firstTimestamp: '2026-11-20T22:00:00Z',
    lastTimestamp: '2026-11-20T22:50:00Z',
    count: 7,
    ...more,
  })

const [, newer] = Event.versions

test('the newer form shows the same event by other names, and back', t => {
  const shown = newer?.fromStorage?.(event())
  t.like(shown, {
    apiVersion: 'events.k8s.io/v1',
    regarding: { kind: 'Pod', name: 'p' },
    note: 'Back-off restarting\n',
    reason: 'BackOff',
    deprecatedCount: 7,
    deprecatedSource: { component: 'kubelet', host: 'node-1' },
    deprecatedFirstTimestamp: '2026-11-20T22:00:00Z',
  })
  t.false('message' in (shown as object))
  t.deepEqual(newer?.toStorage?.(shown!), { ...event(), apiVersion: 'v1' })
})

test('a row says when, what and about whom', t => {
  const nowMs = Date.parse('2026-11-20T23:00:00Z')
  t.deepEqual(cellsOf(Event, event(), nowMs), {
    'Last Seen': '10m',
    Type: 'Warning',
    Reason: 'BackOff',
    Object: 'pod/p',
    Subobject: 'spec.containers{web}',
    Source: 'kubelet, node-1',
    Message: 'Back-off restarting',
    'First Seen': '60m',
    Count: 7,
    Name: 'p.1',
  })
  const { lastTimestamp: _last, firstTimestamp: _first, count: _count, ...rest } = event()
  const series = { count: 3, lastObservedTime: '2026-11-20T22:59:00.000000Z' }
  t.like(cellsOf(Event, { ...rest, eventTime: '2026-11-20T22:30:00.000000Z', series }, nowMs), {
    'Last Seen': '60s',
    'First Seen': '30m',
    Count: 3,
  })
  const columns = newer?.columns ?? []
  t.is(columns.find(({ name }) => name === 'Object')?.cell(newer?.fromStorage?.(event()) as never, nowMs), 'pod/p')
})

test('events are found by what they are about, by either name', t => {
  for (const path of ['involvedObject.name', 'regarding.name']) t.is(Event.selectableFields.get(path)?.(event()), 'p')
  t.is(Event.selectableFields.get('source')?.(event()), 'kubelet')
  t.is(Event.selectableFields.get('involvedObject.uid')?.(event()), '')
})

test('an event stands beside what it is about; of cluster objects in default', t => {
  t.deepEqual(errorsOf(Event, event()), [])
  t.deepEqual(errorsOf(Event, event({ involvedObject: { kind: 'Node', name: 'n' } })), [])
  t.deepEqual(errorsOf(Event, event({ involvedObject: { kind: 'Pod', name: 'p', namespace: 'other' } })), [
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ])
})
