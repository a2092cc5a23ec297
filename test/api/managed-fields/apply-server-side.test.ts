import test from 'ava'
import { applyConflictError } from '../../../src/api/managed-fields/apply-conflict.ts'
import { applyServerSide } from '../../../src/api/managed-fields/apply-server-side.ts'
import { trackUpdate } from '../../../src/api/managed-fields/track-update.ts'
import type { KubeObject, ManagedFieldsEntry } from '../../../src/api/object.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'
import { sampleSchema } from './sample-schema.ts'

type Fields = Record<string, unknown>

function object(fields: Fields, metadata: Fields = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Sample', metadata: { name: 'a', ...metadata }, ...fields } as unknown as KubeObject
}

const spec = (fields: Fields, metadata?: Fields) => object({ spec: fields }, metadata)
const time = (second: number) => `2026-01-01T00:00:0${second}Z`

function tryApply(live: KubeObject | undefined, applied: KubeObject, manager: string, options: Fields = {}) {
  return applyServerSide({
    live: deepFreeze(live),
    applied: deepFreeze(applied),
    schema: sampleSchema,
    apiVersion: 'v1',
    manager,
    force: false,
    time: time(1),
    ...options,
  })
}

function apply(live: KubeObject | undefined, applied: KubeObject, manager: string, options: Fields = {}) {
  const result = tryApply(live, applied, manager, options)
  if ('conflicts' in result) throw applyConflictError(result.conflicts)
  return result
}

/** Writes the fields as an update of `manager` and returns the stored object. */
function update(live: KubeObject, after: KubeObject, manager: string, options: Fields = {}): KubeObject {
  const entries = trackUpdate({
    before: deepFreeze(live),
    after: deepFreeze(after),
    schema: sampleSchema,
    apiVersion: 'v1',
    manager,
    time: time(1),
    ...options,
  })
  return { ...after, metadata: { ...after.metadata, managedFields: entries } }
}

const specOf = (stored: KubeObject) => (stored as unknown as { spec: Fields }).spec
const ownersOf = (stored: KubeObject) =>
  Object.fromEntries((stored.metadata.managedFields ?? []).map(entry => [entry.manager, entry.fieldsV1]))

test('an apply creates, and owns exactly what it names', t => {
  const applied = spec(
    {
      replicas: 1,
      containers: [{ name: 'web', image: 'a', ports: [{ port: 80 }], command: ['x'], limits: { cpu: '1' } }],
    },
    { labels: { app: 'x' }, uid: 'u', resourceVersion: '7', finalizers: ['f/a'] },
  )
  const { object: created, managedFields, changed } = apply(undefined, applied, 'kubectl')
  t.true(changed)
  t.deepEqual(created.metadata, { name: 'a', labels: { app: 'x' }, finalizers: ['f/a'], managedFields } as never)
  t.deepEqual(managedFields, [
    {
      manager: 'kubectl',
      operation: 'Apply',
      apiVersion: 'v1',
      time: time(1),
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {} }, 'f:finalizers': { 'v:"f/a"': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:containers': {
            'k:{"name":"web"}': {
              '.': {},
              'f:name': {},
              'f:image': {},
              'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
              'f:command': {},
              'f:limits': { 'f:cpu': {} },
            },
          },
        },
      },
    } as unknown as ManagedFieldsEntry,
  ])
})

test('applying the same again changes nothing, times included', t => {
  const applied = spec({ replicas: 1, containers: [{ name: 'web', limits: { memory: '1Gi' } }] })
  const live = deepFreeze(apply(undefined, applied, 'a').object)
  const again = apply(live, applied, 'a', { time: time(5) })
  t.is(again.object, live)
  t.is(again.changed, false)
  t.deepEqual(again.managedFields, live.metadata.managedFields)
  const otherSpelling = spec({ replicas: 1, containers: [{ name: 'web', limits: { memory: '1024Mi' } }] })
  t.is(apply(live, otherSpelling, 'a', { time: time(5) }).changed, false)
})

test('a field that somebody else owns with another value is a conflict', t => {
  const live = apply(undefined, spec({ replicas: 1 }), 'a').object
  const result = tryApply(live, spec({ replicas: 2 }), 'b')
  t.true('conflicts' in result)
  const error = t.throws(() => apply(live, spec({ replicas: 2 }), 'b'), { name: 'ApiError' })
  t.is(error?.message, 'Apply failed with 1 conflict: conflict with "a": .spec.replicas')
  t.like(error, {
    code: 409,
    reason: 'Conflict',
    status: {
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.spec.replicas' }] },
    },
  })
})

test('a conflict with updates names their version, and lists are grouped by owner', t => {
  const created = update(object({}), spec({ replicas: 1, paused: true }), 'kubectl-edit', { time: undefined })
  const live = update(created, { ...spec({ replicas: 3, paused: true }), metadata: created.metadata }, 'scaler', {
    subresource: 'scale',
  })
  const error = t.throws(() => apply(live, spec({ replicas: 2, paused: false }), 'b'))
  t.is(
    error?.message,
    [
      'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:',
      '- .spec.paused',
      `conflicts with "scaler" with subresource "scale" using v1 at ${time(1)}:`,
      '- .spec.replicas',
    ].join('\n'),
  )
})

test('force takes ownership', t => {
  const live = apply(undefined, spec({ replicas: 1, paused: true }), 'a').object
  const { object: taken } = apply(live, spec({ replicas: 2 }), 'b', { force: true })
  t.is(specOf(taken)['replicas'], 2)
  t.deepEqual(ownersOf(taken), { a: { 'f:spec': { 'f:paused': {} } }, b: { 'f:spec': { 'f:replicas': {} } } } as never)
  const all = apply(taken, spec({ replicas: 2, paused: false }), 'b', { force: true }).object
  t.deepEqual(Object.keys(ownersOf(all)), ['b'])
})

test('the same value is owned by both, and stays while one of them applies it', t => {
  const first = apply(undefined, spec({ replicas: 1, paused: true }), 'a').object
  const both = apply(first, spec({ replicas: 1 }), 'b').object
  t.deepEqual(Object.keys(ownersOf(both)), ['a', 'b'])
  const left = apply(both, spec({ paused: true }), 'a').object
  t.is(specOf(left)['replicas'], 1)
  const gone = apply(left, object({}), 'b').object
  t.false('replicas' in specOf(gone))
  t.deepEqual(Object.keys(ownersOf(gone)), ['a'])
})

test('what a manager no longer applies is removed, unless somebody else owns it', t => {
  const applied = spec({
    strategy: { type: 'X', surge: 1 },
    containers: [
      { name: 'a', image: '1', env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: '1' },
    ],
  })
  const created = apply(undefined, applied, 'm').object
  const edited = structuredClone(created) as unknown as { spec: { containers: Fields[] } }
  edited.spec.containers[0]!['command'] = ['from', 'edit']
  const live = update(created, edited as unknown as KubeObject, 'edit')

  const dropped = apply(live, spec({ containers: [{ name: 'a', image: '1' }] }), 'm').object
  t.deepEqual(specOf(dropped), { containers: [{ name: 'a', image: '1', command: ['from', 'edit'] }] })

  const nothing = apply(dropped, object({}), 'm').object
  t.false('m' in ownersOf(nothing))
})

test('defaults inside an item go with the item; live-only fields of others stay', t => {
  const created = apply(undefined, spec({ containers: [{ name: 'a', image: '1' }, { name: 'b' }] }), 'm').object
  const defaulted = structuredClone(created) as unknown as { spec: { containers: Fields[] } }
  for (const container of defaulted.spec.containers) container['command'] = ['default']
  const live = defaulted as unknown as KubeObject
  const after = apply(live, spec({ containers: [{ name: 'a', image: '1' }] }), 'm').object
  t.deepEqual(specOf(after), { containers: [{ name: 'a', image: '1', command: ['default'] }] })
})

test('a whole struct or map goes when its last owner does', t => {
  const live = apply(undefined, spec({ strategy: { type: 'X' } }, { labels: { a: '1', b: '2' } }), 'm').object
  const after = apply(live, spec({ replicas: 1 }), 'm').object
  t.deepEqual(specOf(after), { replicas: 1 })
  t.false('labels' in after.metadata)
})

test('atomic values belong to one owner as a whole', t => {
  const live = apply(
    undefined,
    spec({ selector: { matchLabels: { a: '1' } }, containers: [{ name: 'c', command: ['x'] }] }),
    'a',
  ).object
  const error = t.throws(() =>
    apply(
      live,
      spec({ selector: { matchLabels: { a: '1', b: '2' } }, containers: [{ name: 'c', command: ['x', 'y'] }] }),
      'b',
    ),
  )
  t.regex(error?.message ?? '', /- \.spec\.selector\n- \.spec\.containers\[name="c"\]\.command$/)
})

test('items of lists with keys and of sets have owners of their own', t => {
  const first = apply(
    undefined,
    spec({ containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }] }, { finalizers: ['f/a'] }),
    'm',
  )
  const second = apply(
    first.object,
    spec({ containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }, { name: 'b' }] }, { finalizers: ['f/b'] }),
    'n',
  )
  t.deepEqual(specOf(second.object), {
    containers: [
      {
        name: 'a',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
      },
      { name: 'b' },
    ],
  })
  t.deepEqual(second.object.metadata.finalizers, ['f/a', 'f/b'])
  const third = apply(second.object, spec({ containers: [{ name: 'a' }] }), 'n').object
  t.deepEqual(specOf(third), { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }] })
  t.deepEqual(third.metadata.finalizers, ['f/a'])
})

test('a key that is left out has its default', t => {
  const live = apply(
    undefined,
    spec({ containers: [{ name: 'a', ports: [{ port: 80, protocol: 'TCP' }] }] }),
    'm',
  ).object
  const after = apply(live, spec({ containers: [{ name: 'a', ports: [{ port: 80, name: 'http' }] }] }), 'n').object
  t.deepEqual(specOf(after), { containers: [{ name: 'a', ports: [{ port: 80, protocol: 'TCP', name: 'http' }] }] })
})

test('the applied order of items holds', t => {
  const named = (...names: string[]) => spec({ containers: names.map(name => ({ name })) })
  const order = (stored: KubeObject) => (specOf(stored)['containers'] as Fields[]).map(each => each['name']).join('')
  const live = apply(undefined, named('a', 'b', 'c', 'd'), 'm').object
  t.is(order(apply(live, named('d', 'a'), 'n').object), 'bcda')
  t.is(order(apply(live, named('x', 'a', 'y'), 'n').object), 'xabcdy')
  t.is(order(apply(live, named('c', 'b'), 'n').object), 'acdb')
})

test('an item applied twice is refused', t => {
  t.throws(() => apply(undefined, spec({ containers: [{ name: 'a' }, { name: 'a' }] }), 'm'), {
    message: '.spec.containers: duplicate entries for key [name="a"]: apply each item once',
  })
})

test('a null removes, and conflicts like any value', t => {
  const live = apply(undefined, spec({ replicas: 1, paused: true }), 'a').object
  t.throws(() => apply(live, spec({ replicas: null }), 'b'), { message: /\.spec\.replicas/ })
  const forced = apply(live, spec({ replicas: null }), 'b', { force: true }).object
  t.deepEqual(specOf(forced), { paused: true })
  t.deepEqual(
    specOf(apply(undefined, spec({ replicas: null, containers: [{ name: 'a', image: null }] }), 'a').object),
    {
      containers: [{ name: 'a' }],
    },
  )
})

test('status and the rest are kept apart', t => {
  const applied = object({ spec: { replicas: 1 }, status: { ready: 5 } })
  const created = apply(undefined, applied, 'm', { part: 'withoutStatus' }).object
  t.false('status' in created)
  const after = apply(created, object({ spec: { replicas: 9 }, status: { ready: 5 } }, { labels: { a: 'b' } }), 's', {
    part: 'onlyStatus',
    subresource: 'status',
  }).object as unknown as Fields
  t.deepEqual([after['spec'], after['status']], [{ replicas: 1 }, { ready: 5 }])
  t.deepEqual(ownersOf(after as unknown as KubeObject)['s'], { 'f:status': { 'f:ready': {} } } as never)
  t.deepEqual(
    (after as unknown as KubeObject).metadata.managedFields?.map(entry => entry.subresource),
    [undefined, 'status'],
  )
})

test('managed fields in what is applied are refused', t => {
  t.throws(() => apply(undefined, object({}, { managedFields: [{}] }), 'm'), {
    message: /^metadata\.managedFields must be nil/,
  })
  t.notThrows(() => apply(undefined, object({}, { managedFields: [] }), 'm'))
})

test('entries in other versions protect their fields and stay as they are', t => {
  const live = apply(undefined, spec({ replicas: 1, paused: true }), 'm').object
  const entries = [
    ...(live.metadata.managedFields ?? []),
    { ...live.metadata.managedFields![0]!, manager: 'old', apiVersion: 'v0' },
  ]
  const shared = { ...live, metadata: { ...live.metadata, managedFields: entries } }
  const after = apply(shared, spec({ replicas: 2 }), 'm').object
  t.deepEqual(specOf(after), { replicas: 2, paused: true })
  t.deepEqual(ownersOf(after)['old'], entries[1]!.fieldsV1)
})

test('a manager that applies in a newer version keeps one entry', t => {
  const live = apply(undefined, spec({ replicas: 1, paused: true }), 'm').object
  const after = apply(live, spec({ replicas: 1 }), 'm', { apiVersion: 'v2' }).object
  t.deepEqual(specOf(after), { replicas: 1 })
  t.deepEqual(
    after.metadata.managedFields?.map(entry => entry.apiVersion),
    ['v2'],
  )
})

test('keys of prototypes are data', t => {
  const applied = JSON.parse(
    '{"apiVersion":"v1","kind":"Sample","metadata":{"name":"a","annotations":{"__proto__":"x","constructor":"y"}}}',
  ) as KubeObject
  const { object: created } = apply(undefined, applied, 'm')
  t.is(JSON.stringify(created.metadata.annotations), '{"__proto__":"x","constructor":"y"}')
  t.is(apply(created, applied, 'm').changed, false)
  const gone = apply(created, object({}, { annotations: { b: 'c' } }), 'm').object
  t.is(JSON.stringify(gone.metadata.annotations), '{"b":"c"}')
})
