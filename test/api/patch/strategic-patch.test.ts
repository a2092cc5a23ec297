import test from 'ava'
import fc from 'fast-check'
import { schemaOf } from '../../../src/api/built-in-schema.ts'
import type { Json } from '../../../src/api/object.ts'
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts'
import { applyStrategicPatch } from '../../../src/api/patch/strategic-patch.ts'
import type { StructSchema } from '../../../src/api/schema.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'
import samples from './strategic-patch-samples.json' with { type: 'json' }

const deployment = schemaOf('io.k8s.api.apps.v1.Deployment')
const podSpec = schemaOf('io.k8s.api.core.v1.PodSpec')
const metadata = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')

const apply = (current: Json, patch: Json, schema: StructSchema = podSpec) =>
  applyStrategicPatch(deepFreeze(current), deepFreeze(patch), schema)

const c = (name: string, more: object = {}) => ({ name, ...more }) as Json
const order = (...names: string[]) => names.map(name => ({ name }))

const examples: [string, Json, Json, Json][] = [
  ['members', { hostname: 'a', subdomain: 'b' }, { hostname: 'c', subdomain: null }, { hostname: 'c' }],
  [
    'objects go deep',
    { securityContext: { runAsUser: 1 } },
    { securityContext: { fsGroup: 2 } },
    { securityContext: { runAsUser: 1, fsGroup: 2 } },
  ],
  [
    'items are found by name',
    { containers: [c('a', { image: '1', tty: true }), c('b', { image: '1' })] },
    { containers: [c('b', { image: '2' })] },
    { containers: [c('a', { image: '1', tty: true }), c('b', { image: '2' })] },
  ],
  [
    'a new item comes first when nothing says where',
    { containers: [c('a'), c('b')] },
    { containers: [c('z')] },
    { containers: order('z', 'a', 'b') },
  ],
  [
    'items inside items',
    { containers: [c('a', { env: [c('X', { value: '1' }), c('Y', { value: '2' })], ports: [{ containerPort: 80 }] })] },
    {
      containers: [
        c('a', { env: [c('Y', { value: null, valueFrom: {} })], ports: [{ containerPort: 80, name: 'http' }] }),
      ],
    },
    {
      containers: [
        c('a', {
          env: [c('X', { value: '1' }), c('Y', { valueFrom: {} })],
          ports: [{ containerPort: 80, name: 'http' }],
        }),
      ],
    },
  ],
  [
    'an item is deleted',
    { containers: order('a', 'b') },
    { containers: [{ $patch: 'delete', name: 'a' }] },
    { containers: order('b') },
  ],
  [
    'one that is not there too',
    { containers: order('a') },
    { containers: [{ $patch: 'delete', name: 'x' }] },
    { containers: order('a') },
  ],
  [
    'a list is replaced',
    { containers: order('a', 'b') },
    { containers: [c('c'), { $patch: 'replace' }] },
    { containers: order('c') },
  ],
  [
    'an object is replaced',
    { securityContext: { runAsUser: 1 } },
    { securityContext: { $patch: 'replace', fsGroup: 2 } },
    { securityContext: { fsGroup: 2 } },
  ],
  [
    'an object is emptied',
    { securityContext: { runAsUser: 1 } },
    { securityContext: { $patch: 'delete' } },
    { securityContext: {} },
  ],
  [
    'merging can be said',
    { securityContext: { runAsUser: 1 } },
    { securityContext: { $patch: 'merge', fsGroup: 2 } },
    { securityContext: { runAsUser: 1, fsGroup: 2 } },
  ],
  [
    'atomic lists are replaced',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'b' }] },
  ],
  [
    'the order of items, new ones in their place',
    { containers: [c('a', { image: '1' }), c('s'), c('b', { image: '1' })] },
    { '$setElementOrder/containers': order('b', 'n', 'a'), containers: [c('n'), c('a', { image: '2' })] },
    { containers: [c('s'), c('b', { image: '1' }), c('n'), c('a', { image: '2' })] },
  ],
  [
    'the order alone',
    { containers: order('a', 'b', 'c') },
    { '$setElementOrder/containers': order('c', 'a') },
    { containers: order('b', 'c', 'a') },
  ],
  [
    'what kubectl apply sends when a container is dropped',
    { containers: [c('a', { image: '1' }), c('b', { image: '1' })] },
    { '$setElementOrder/containers': order('a'), containers: [{ $patch: 'delete', name: 'b' }] },
    { containers: [c('a', { image: '1' })] },
  ],
  ['order for a list that is nowhere', {}, { '$setElementOrder/containers': order('a') }, {}],
  [
    'a new list loses its directives and nulls',
    {},
    { containers: [c('a', { image: null, env: [{ $patch: 'delete', name: 'X' }, c('Y')] }), { $patch: 'replace' }] },
    { containers: [c('a', { env: order('Y') })] },
  ],
  [
    'keys that stay in a union',
    { volumes: [c('v', { emptyDir: {} })] },
    { volumes: [c('v', { $retainKeys: ['name', 'configMap'], configMap: { name: 'm' } })] },
    { volumes: [c('v', { configMap: { name: 'm' } })] },
  ],
]

for (const [name, current, patch, expected] of examples) {
  test(name, t => t.deepEqual(apply(current, patch), expected))
}

test('a strategy keeps the keys it names', t => {
  const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
  const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
  t.deepEqual(apply(rolling, patch, deployment), { spec: { strategy: { type: 'Recreate' } } })
  const lacking = { spec: { strategy: { $retainKeys: ['rollingUpdate'], type: 'Recreate' } } }
  t.throws(() => apply(rolling, lacking, deployment), {
    message: /\$retainKeys must name every field of the patch, and lacks type/,
  })
})

test('sets of scalars', t => {
  const current = { finalizers: ['a', 'b', 'c'] }
  t.deepEqual(apply(current, { finalizers: ['b', 'd'] }, metadata), { finalizers: ['a', 'b', 'd', 'c'] })
  t.deepEqual(apply(current, { '$deleteFromPrimitiveList/finalizers': ['b', 'x'] }, metadata), {
    finalizers: ['a', 'c'],
  })
  t.deepEqual(
    apply(
      current,
      { '$setElementOrder/finalizers': ['c', 'd'], '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['d'] },
      metadata,
    ),
    { finalizers: ['b', 'c', 'd'] },
  )
  t.deepEqual(apply({}, { '$deleteFromPrimitiveList/finalizers': ['b'] }, metadata), {})
})

test('a struct that a patch replaces', t => {
  const budget = schemaOf('io.k8s.api.policy.v1.PodDisruptionBudget')
  const current = { spec: { minAvailable: 1, selector: { matchLabels: { a: '1' } } } }
  t.deepEqual(apply(current, { spec: { selector: { matchLabels: { b: '2' } } } }, budget), {
    spec: { minAvailable: 1, selector: { matchLabels: { b: '2' } } },
  })
})

const refused: [Json, RegExp][] = [
  [{ $patch: 'remove' }, /\(root\): \$patch: "remove" is unknown: use replace, delete or merge/],
  [{ containers: [{ $patch: 'remove', name: 'a' }] }, /\.containers\[0\]: \$patch: "remove" is unknown/],
  [{ containers: [{ image: 'x' }] }, /\.containers\[0\]: lacks the merge key name/],
  [{ containers: ['x'] }, /\.containers\[0\]: must be an object with the merge key name/],
  [{ $foo: 1 }, /\$foo is not a directive/],
  [{ securityContext: { '$bar/x': 1 } }, /\.securityContext: \$bar\/x is not a directive/],
  [{ '$setElementOrder/containers': {} }, /\$setElementOrder\/containers must be a list/],
  [
    { '$setElementOrder/containers': order('b'), containers: [{ name: 'a' }] },
    /item with name "a" is not where \$setElementOrder says/,
  ],
  [{ '$setElementOrder/containers': order('a', 'b'), containers: order('b', 'a') }, /item with name "a" is not where/],
  [{ '$setElementOrder/containers': [], containers: {} }, /the value is none/],
  [{ securityContext: { $retainKeys: 'x' } }, /\$retainKeys must be a list of field names/],
]

for (const [patch, message] of refused) {
  test(`refuses ${JSON.stringify(patch)}`, t => {
    const error = t.throws(() => apply({ containers: order('a', 'b'), securityContext: {} }, patch), {
      name: 'ApiError',
      message,
    })
    t.like(error, { reason: 'BadRequest' })
  })
}

test('the patch must be an object', t => {
  t.throws(() => apply({}, []), { message: /must be an object/ })
})

test('results recorded from kubectl 1.33 (patch --local --type strategic)', t => {
  for (const { object, patch, result } of samples as unknown as { object: Json; patch: Json; result: Json }[]) {
    t.deepEqual(apply(object, patch, deployment), result, JSON.stringify(patch))
  }
})

test('keys of prototypes are data', t => {
  const patch = JSON.parse('{"labels":{"__proto__":{"polluted":true},"constructor":"x"}}')
  const patched = apply({ labels: { a: 'b' } }, patch, metadata)
  t.is(JSON.stringify(patched), '{"labels":{"a":"b","__proto__":{"polluted":true},"constructor":"x"}}')
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
})

test('without lists and directives it is a merge patch', t => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const key = fc.string().filter(name => !name.startsWith('$'))
  const tree = fc.letrec(tie => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.dictionary(key, tie('value'))),
  })).value
  const object = fc.dictionary(key, tree)
  fc.assert(
    fc.property(object, object, (current, patch) => {
      const [before, what] = [current, patch].map(each => JSON.parse(JSON.stringify(each))) as [Json, Json]
      t.deepEqual(apply(before, what), applyMergePatch(before, what))
    }),
  )
})

test('a patch applied twice is a patch applied once, and keeps every item it does not name', t => {
  const names = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'))
  fc.assert(
    fc.property(names, names, names, (live, changed, deleted) => {
      const changes = changed.filter(name => !deleted.includes(name))
      const patch = {
        containers: [
          ...changes.map(name => ({ name, image: '2' })),
          ...deleted.map(name => ({ name, $patch: 'delete' })),
        ],
      }
      const current = { containers: live.map(name => ({ name, image: '1' })) }
      const once = apply(current, patch) as { containers: { name: string; image: string }[] }
      t.deepEqual(apply(once as unknown as Json, patch), once as unknown as Json)
      const left = once.containers.filter(each => !changes.includes(each.name)).map(each => each.name)
      t.deepEqual(
        left,
        live.filter(name => !changes.includes(name) && !deleted.includes(name)),
      )
      t.deepEqual(
        once.containers.filter(each => each.image === '2').map(each => each.name),
        changes,
      )
    }),
  )
})
