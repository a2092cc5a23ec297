import test from 'ava'
import fc from 'fast-check'
import { canonicalJson } from '../../src/api/canonical-json.ts'
import type { Kind } from '../../src/api/kind.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { KubeObject } from '../../src/api/object.ts'
import { KeptObject } from '../../src/registry/kept-object.ts'
import { objectBytes, sameBytes } from '../../src/registry/object-bytes.ts'

const kind = ConfigMap as unknown as Kind
const anyObject = fc
  .record({ metadata: fc.dictionary(fc.string(), fc.jsonValue()), data: fc.dictionary(fc.string(), fc.jsonValue()) })
  .map(
    ({ metadata, data }) =>
      JSON.parse(
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: 'one' }, data }),
      ) as KubeObject,
  )

test('bytes hold the object, and the revision is put in on output', t => {
  fc.assert(
    fc.property(anyObject, object => {
      const { resourceVersion: _, ...metadata } = object.metadata
      const kept = new KeptObject(kind, { name: 'one' }, 17, objectBytes(object))
      const expected = { ...object, metadata: { ...metadata, resourceVersion: '17' } }
      t.is(canonicalJson(kept.object()), canonicalJson(expected))
      t.is(canonicalJson(JSON.parse(Buffer.from(kept.json(kind.versions[0]!)).toString())), canonicalJson(expected))
    }),
    { numRuns: 300 },
  )
})

test('the order of keys does not change the bytes', t => {
  fc.assert(
    fc.property(anyObject, object => {
      const reversed = JSON.parse(JSON.stringify(object), (_, value) =>
        value !== null && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      )
      t.true(sameBytes(objectBytes(object), objectBytes(reversed)))
    }),
    { numRuns: 300 },
  )
})

test('a field named __proto__ is data', t => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"__proto__":"x"}}')
  const kept = new KeptObject(kind, { name: 'one' }, 1, objectBytes(object))
  t.deepEqual(Object.keys((kept.object() as ConfigMap).data ?? {}), ['__proto__'])
})

test('what the cache hands out cannot be changed', t => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', labels: { a: 'b' } } }
  const kept = new KeptObject(kind, { name: 'one' }, 1, objectBytes(object))
  const read = kept.object()
  t.throws(() => Object.assign(read.metadata.labels ?? {}, { a: 'c' }), { instanceOf: TypeError })
  t.is(kept.object(), read)
  kept.copy().metadata.name = 'two'
  t.is(kept.object().metadata.name, 'one')
})
