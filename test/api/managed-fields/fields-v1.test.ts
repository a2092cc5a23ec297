import test from 'ava'
import fc from 'fast-check'
import { equalSets, fieldSetOf } from '../../../src/api/managed-fields/field-set.ts'
import { FIELDS_DEPTH_MAX, formatFieldsV1, parseFieldsV1 } from '../../../src/api/managed-fields/fields-v1.ts'
import { pathsOf } from '../../../src/api/managed-fields/path-element.ts'

test('the wire form, as Kubernetes writes it', t => {
  const fields = {
    'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } }, 'f:finalizers': { 'v:"a/b"': {} } },
  }
  const set = parseFieldsV1(fields)
  t.deepEqual(formatFieldsV1(set), fields as never)
  t.deepEqual(pathsOf(set), [
    '.metadata.labels',
    '.metadata.labels.app',
    '.spec.containers[name="web"]',
    '.spec.containers[name="web"].image',
    '.spec.finalizers[="a/b"]',
  ])
  t.deepEqual(pathsOf(parseFieldsV1({})), [])
  t.deepEqual(pathsOf(parseFieldsV1({ 'f:a': { 'i:3': {}, 'k:{"port":80,"protocol":"TCP"}': {} } })), [
    '.a[3]',
    '.a[port=80,protocol="TCP"]',
  ])
})

test('keys come in one order, whoever wrote them', t => {
  const set = parseFieldsV1({ 'f:ports': { 'k:{"protocol":"TCP", "port":80}': {} } })
  t.deepEqual(formatFieldsV1(set), { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': {} } })
})

test('parsing and formatting are inverse', t => {
  const path = fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1', 'i:0', 'f:__proto__'), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(path), paths => {
      const set = fieldSetOf(paths)
      t.true(equalSets(parseFieldsV1(JSON.parse(JSON.stringify(formatFieldsV1(set)))), set))
    }),
  )
})

const wrong: [unknown, RegExp][] = [
  [null, /must be an object of objects/],
  [[], /must be an object/],
  [{ 'f:a': 1 }, /must be an object/],
  [{ a: {} }, /"a" is not a path element/],
  [{ 'k:x': {} }, /what follows the colon must be JSON/],
  [{ 'k:1': {} }, /the keys of a list item must be an object/],
  [{ 'i:-1': {} }, /is not a path element/],
  [{ 'v:': {} }, /must be JSON/],
]

for (const [fields, message] of wrong) {
  test(`refuses ${JSON.stringify(fields)}`, t => {
    t.throws(() => parseFieldsV1(fields), { name: 'FieldsV1Error', message })
  })
}

test('nesting is bounded', t => {
  let fields = {}
  for (let depth = 0; depth <= FIELDS_DEPTH_MAX; depth += 1) fields = { 'f:a': fields }
  t.throws(() => parseFieldsV1(fields), { message: /more than 500 path elements/ })
})
