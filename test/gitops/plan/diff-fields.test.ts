import test from 'ava'
import fc from 'fast-check'
import { diffObjects } from '../../../src/gitops/plan/diff-fields.ts'

const object = (spec: unknown, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', ...metadata },
  spec,
})

test('names each field that differs, items by what identifies them', t => {
  const before = object({
    replicas: 1,
    containers: [{ name: 'a', image: '1' }, { name: 'b' }],
    ports: [{ port: 80 }],
    args: ['x'],
  })
  const after = object({
    replicas: 2,
    containers: [{ name: 'a', image: '2' }, { name: 'c' }],
    ports: [{ port: 80, name: 'h' }],
    args: ['y'],
  })
  t.deepEqual(diffObjects(before, after), [
    { path: 'spec.args', old: ['x'], new: ['y'] },
    { path: 'spec.containers[a].image', old: '1', new: '2' },
    { path: 'spec.containers[b]', old: { name: 'b' } },
    { path: 'spec.containers[c]', new: { name: 'c' } },
    { path: 'spec.ports[80].name', new: 'h' },
    { path: 'spec.replicas', old: 1, new: 2 },
  ])
})

test('another order of the same items is a difference', t => {
  const items = [{ name: 'a' }, { name: 'b' }]
  t.deepEqual(diffObjects(object({ items }), object({ items: [...items].reverse() })), [
    { path: 'spec.items', old: ['a', 'b'], new: ['b', 'a'] },
  ])
})

test('status and what the server sets are left out; keys with other characters are quoted', t => {
  const before = { ...object({}, { uid: '1', resourceVersion: '1', managedFields: [] }), status: { a: 1 } }
  const after = { ...object({}, { uid: '2', resourceVersion: '2', labels: { 'a.b/c': 'x' } }), status: { a: 2 } }
  t.deepEqual(diffObjects(before, after), [{ path: 'metadata.labels', new: { 'a.b/c': 'x' } }])
  t.deepEqual(diffObjects(object({ a: { 'x.y': 1 } }), object({ a: { 'x.y': 2 } })), [
    { path: 'spec.a["x.y"]', old: 1, new: 2 },
  ])
})

test('equal objects have no differences, different ones at least one', t => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (a, b) => {
      const [before, after] = [object({ v: a }), object({ v: b })]
      const same = JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b))
      return (
        (diffObjects(before, after).length === 0) === same && diffObjects(before, structuredClone(before)).length === 0
      )
    }),
  )
  t.pass()
})

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  )
}
