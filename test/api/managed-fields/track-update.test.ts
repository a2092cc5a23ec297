import test from 'ava'
import { trackUpdate, type UpdateToTrack } from '../../../src/api/managed-fields/track-update.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'
import { sampleSchema } from './sample-schema.ts'

const time = (second: number) => `2026-01-01T00:00:0${second}Z`

function object(fields: object, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Sample', metadata: { name: 'a', ...metadata }, ...fields } as KubeObject
}

function write(
  before: KubeObject | undefined,
  after: KubeObject,
  manager: string,
  options: Partial<UpdateToTrack> = {},
) {
  const entries = trackUpdate({
    before: deepFreeze(before),
    after: deepFreeze(after),
    schema: sampleSchema,
    apiVersion: 'v1',
    manager,
    time: time(1),
    ...options,
  })
  return { ...after, metadata: { ...after.metadata, managedFields: entries } }
}

const ownersOf = (stored: KubeObject) =>
  Object.fromEntries((stored.metadata.managedFields ?? []).map(entry => [entry.manager, entry.fieldsV1])) as object

test('who creates owns all fields, but none that the server or a default set', t => {
  const sent = object(
    { spec: { containers: [{ name: 'c', ports: [{ port: 80 }] }], strategy: { type: 'X' } } },
    { labels: { a: 'b' } },
  )
  const stored = object(
    {
      spec: {
        replicas: 1,
        containers: [{ name: 'c', image: 'default', ports: [{ port: 80, protocol: 'TCP' }] }],
        strategy: { type: 'X', surge: 1 },
      },
      status: { phase: 'New' },
    },
    { labels: { a: 'b' }, uid: 'u', resourceVersion: '1', creationTimestamp: time(1), generation: 1 },
  )
  t.deepEqual(ownersOf(write(undefined, stored, 'm', { sent })), {
    m: {
      'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
      'f:spec': {
        'f:containers': {
          '.': {},
          'k:{"name":"c"}': {
            '.': {},
            'f:name': {},
            'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
          },
        },
        'f:strategy': { 'f:type': {} },
      },
    },
  })
})

test('changed fields move to the writer, removed ones leave everybody, the rest stays', t => {
  const created = write(undefined, object({ spec: { replicas: 1, paused: true, strategy: { type: 'X' } } }), 'm')
  const after = object({ spec: { replicas: 2, strategy: { type: 'X', surge: 1 } } })
  const updated = write(created, after, 'n', { time: time(5) })
  t.deepEqual(ownersOf(updated), {
    m: { 'f:spec': { 'f:strategy': { 'f:type': {} } } },
    n: { 'f:spec': { 'f:replicas': {}, 'f:strategy': { 'f:surge': {} } } },
  })
  t.deepEqual(
    updated.metadata.managedFields.map(entry => entry.time),
    [time(1), time(5)],
  )
})

test('the same writer keeps one entry, its time that of its last change', t => {
  const created = write(undefined, object({ spec: { replicas: 1 } }), 'm')
  const updated = write(created, object({ spec: { replicas: 1, paused: true } }), 'm', { time: time(5) })
  t.deepEqual(ownersOf(updated), { m: { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } } })
  t.is(updated.metadata.managedFields[0]?.time, time(5))
})

test('a write that changes nothing changes no entry', t => {
  const created = write(undefined, object({ spec: { replicas: 1, containers: [{ name: 'a' }, { name: 'b' }] } }), 'm')
  const same = object({ spec: { containers: [{ name: 'b' }, { name: 'a' }], replicas: 1 } })
  const again = write(created, same, 'n', { time: time(9) })
  t.deepEqual(again.metadata.managedFields, created.metadata.managedFields)
})

test('fields that the server changed lose their owner', t => {
  const created = write(undefined, object({ spec: { replicas: 1, paused: false } }), 'm')
  const sent = object({ spec: { replicas: 2 } })
  const stored = object({ spec: { replicas: 2, paused: true } })
  t.deepEqual(ownersOf(write(created, stored, 'm', { sent })), { m: { 'f:spec': { 'f:replicas': {} } } })
})

test('a field that is left out and defaulted to what it was keeps its owner', t => {
  const created = write(undefined, object({ spec: { replicas: 1 } }), 'm')
  const stored = object({ spec: { replicas: 1, paused: true } })
  const updated = write(created, stored, 'n', { sent: object({ spec: { paused: true } }) })
  t.deepEqual(ownersOf(updated), { m: { 'f:spec': { 'f:replicas': {} } }, n: { 'f:spec': { 'f:paused': {} } } })
})

test('status belongs to its own entries', t => {
  const created = write(undefined, object({ spec: { replicas: 1 }, status: { ready: 1 } }), 'm', {
    part: 'withoutStatus',
  })
  const after = object({ spec: { replicas: 7 }, status: { ready: 2 } })
  const updated = write(created, after, 'm', { part: 'onlyStatus', subresource: 'status' })
  t.deepEqual(
    updated.metadata.managedFields.map(({ subresource, fieldsV1 }) => [subresource, fieldsV1]),
    [
      [undefined, { 'f:spec': { 'f:replicas': {} } }],
      ['status', { 'f:status': { 'f:ready': {} } }],
    ] as never,
  )
})

test('a client may edit the entries, clear them with [{}], and never loses them by leaving them out', t => {
  const created = write(undefined, object({ spec: { replicas: 1 } }), 'm')
  const withEntries = (managedFields: unknown) => object({ spec: { replicas: 1 } }, { managedFields })
  const stored = created.metadata.managedFields
  t.deepEqual(write(created, withEntries(undefined), 'x').metadata.managedFields, stored)
  t.deepEqual(write(created, withEntries([]), 'x').metadata.managedFields, stored)
  t.deepEqual(write(created, withEntries([{}]), 'x').metadata.managedFields, [])
  t.deepEqual(
    write(created, withEntries([{ ...stored[0], fieldsV1: { wrong: {} } }]), 'x').metadata.managedFields,
    stored,
  )
  const renamed = [{ ...stored[0]!, manager: 'kubectl', operation: 'Apply' }]
  t.deepEqual(write(created, withEntries(renamed), 'x').metadata.managedFields, renamed as never)
})

test('entries in other versions stay as they are', t => {
  const created = write(undefined, object({ spec: { replicas: 1 } }), 'm', { apiVersion: 'v0' })
  const updated = write(created, object({ spec: { replicas: 2 } }), 'n')
  t.deepEqual(ownersOf(updated), { m: { 'f:spec': { 'f:replicas': {} } }, n: { 'f:spec': { 'f:replicas': {} } } })
})

test('lists with items given twice are compared as a whole', t => {
  const env = (...values: string[]) =>
    object({ spec: { containers: [{ name: 'c', env: values.map(value => ({ name: 'E', value })) }] } })
  const created = write(undefined, env('1', '2'), 'm')
  t.deepEqual(write(created, env('1', '2'), 'n').metadata.managedFields, created.metadata.managedFields)
  const updated = ownersOf(write(created, env('1', '3'), 'n')) as { n: object }
  t.deepEqual(updated.n, { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"E"}': {} } } } } })
})
