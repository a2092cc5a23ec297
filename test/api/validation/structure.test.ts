import test from 'ava'
import fc from 'fast-check'
import { schemaOf } from '../../../src/api/built-in-schema.ts'
import type { Schema } from '../../../src/api/schema.ts'
import { anyJson, integer, listOf, mapOf, struct, text } from '../../../src/api/schema-builder.ts'
import { pruneAndCheck, UNKNOWN_FIELDS_MAX } from '../../../src/api/validation/structure.ts'

const deployment = schemaOf('io.k8s.api.apps.v1.Deployment')

/** Value and errors of one field. */
function check(field: Schema, value: unknown) {
  const { value: pruned, errors } = pruneAndCheck({ field: value }, struct({ field }))
  return { value: pruned['field'], errors: errors.map(({ field: path, message }) => `${path}: ${message}`) }
}

test('unknown fields are dropped and named by their paths', t => {
  const { value, unknownFields, errors } = pruneAndCheck(
    {
      spec: {
        template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80, hostprt: 1 }] }] } },
        replica: 2,
      },
      metadata: { name: 'x', labels: { any: 'label' }, nam: 'y' },
    },
    deployment,
  )
  t.deepEqual(errors, [])
  t.deepEqual(unknownFields, ['spec.template.spec.containers[0].ports[0].hostprt', 'spec.replica', 'metadata.nam'])
  t.deepEqual(value, {
    spec: { template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } } },
    metadata: { name: 'x', labels: { any: 'label' } },
  })
})

test('wrong types are named by their paths, and never by their values', t => {
  const { errors } = pruneAndCheck(
    {
      metadata: { annotations: { port: 80, on: true } },
      spec: { replicas: '3', paused: 'no', template: { spec: { containers: { name: 'a' } } }, minReadySeconds: 1.5 },
      data: [],
    },
    deployment,
  )
  t.deepEqual(
    errors.map(({ field, message, reason }) => [reason, field, message]),
    [
      ['metadata.annotations[port]', 'Invalid value: must be a string, not a number (put it in quotes)'],
      ['metadata.annotations[on]', 'Invalid value: must be a string, not a boolean (put it in quotes)'],
      ['spec.replicas', 'Invalid value: must be a whole number, not a string'],
      ['spec.paused', 'Invalid value: must be true or false, not a string'],
      ['spec.template.spec.containers', 'Invalid value: must be a list, not an object'],
      ['spec.minReadySeconds', 'Invalid value: must be a whole number, not a fraction'],
    ].map(([field, message]) => ['FieldValueTypeInvalid', field, message]),
  )
})

test('a value that is no object at all is one error', t => {
  for (const value of [null, 1, 'a', [], true]) {
    const { value: pruned, errors } = pruneAndCheck(value, deployment)
    t.deepEqual(pruned, {})
    t.is(errors.length, 1)
    t.is(errors[0]?.field, '')
  }
})

test('quantities, times and bytes are stored in one form', t => {
  t.is(check({ type: 'quantity' }, 0.5).value, '500m')
  t.is(check({ type: 'quantity' }, '1024Mi').value, '1Gi')
  t.is(check({ type: 'time' }, '2026-11-20T23:58:00.75+01:00').value, '2026-11-20T22:58:00Z')
  t.is(check({ type: 'micro-time' }, '2026-11-20T22:58:00Z').value, '2026-11-20T22:58:00.000000Z')
  t.is(check({ type: 'bytes' }, 'aGVs\nbG8=\r\n').value, 'aGVsbG8=')
  t.is(check({ type: 'int-or-string' }, '25%').value, '25%')
})

test('what is no quantity, time, bytes or 32-bit number is refused', t => {
  t.regex(check({ type: 'quantity' }, '1 apple').errors[0] ?? '', /^field: Invalid value: "1 apple" is not a quantity/)
  t.regex(check({ type: 'quantity' }, {}).errors[0] ?? '', /must be a quantity, .* not an object/)
  t.regex(check({ type: 'time' }, 'yesterday').errors[0] ?? '', /RFC 3339/)
  t.deepEqual(check({ type: 'bytes' }, 'hunter2!').errors, [
    'field: Invalid value: must be base64 (standard alphabet, with padding)',
  ])
  t.regex(check({ type: 'integer', format: 'int32' }, 2 ** 31).errors[0] ?? '', /must be between/)
  t.regex(check({ type: 'int-or-string' }, 1.5).errors[0] ?? '', /whole number/)
  t.deepEqual(check(text({ enum: ['a', 'b'] }), 'c').errors, [
    'field: Unsupported value: "c": supported values: "a", "b"',
  ])
})

test('null is what was never said: dropped as a field, empty as an item', t => {
  t.deepEqual(
    pruneAndCheck({ a: null, b: [null], c: { x: null } }, struct({ a: text(), b: listOf(text()), c: mapOf(integer()) }))
      .value,
    {
      b: [''],
      c: { x: 0 },
    },
  )
  t.deepEqual(check(anyJson(), null), { value: null, errors: [] })
})

test('__proto__ and constructor are data like any other', t => {
  const input = JSON.parse('{"field":{"__proto__":"a","constructor":"b"},"__proto__":{"polluted":true}}')
  const { value, unknownFields } = pruneAndCheck(input, struct({ field: mapOf(text()) }))
  t.deepEqual(Object.entries(value['field'] as object), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  t.deepEqual(unknownFields, ['__proto__'])
  t.is(({} as { polluted?: boolean }).polluted, undefined)
})

test('nothing of the result is shared with the input', t => {
  const input = { field: { deep: [1] } }
  const { value } = pruneAndCheck(input, struct({ field: anyJson() }))
  input.field.deep.push(2)
  t.deepEqual(value, { field: { deep: [1] } })
})

test('what a schema preserves or embeds is kept', t => {
  const { value, unknownFields } = pruneAndCheck(
    { kept: { x: 1 }, object: { apiVersion: 'v1', kind: 'A', metadata: { name: 'n' }, other: 1 } },
    struct({
      kept: { ...struct({}), preserveUnknown: true },
      object: { ...struct({}), embedded: true },
    }),
  )
  t.deepEqual(value, { kept: { x: 1 }, object: { apiVersion: 'v1', kind: 'A', metadata: { name: 'n' } } })
  t.deepEqual(unknownFields, ['object.other'])
})

test('reports are bounded, and so is depth', t => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, 1]))
  t.is(pruneAndCheck(many, struct({})).unknownFields.length, UNKNOWN_FIELDS_MAX)
  const recursive = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps')
  let nested: object = {}
  for (let depth = 0; depth < 10_000; depth += 1) nested = { not: nested }
  const { errors } = pruneAndCheck(nested, recursive)
  t.is(errors.length, 1)
  t.regex(errors[0]?.message ?? '', /nested deeper than 500/)
})

test('whatever comes in, what comes out fits, and pruned again is the same', t => {
  const names = ['metadata', 'spec', 'status', 'template', 'containers', 'labels', 'replicas', '__proto__', 'other']
  const { json } = fc.letrec<{ json: unknown }>(tie => ({
    json: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(json, value => {
      const once = pruneAndCheck(value, deployment)
      const again = pruneAndCheck(once.value, deployment)
      t.deepEqual(again.unknownFields, [])
      t.deepEqual(again.errors, [])
      t.deepEqual(again.value, once.value)
    }),
    { numRuns: 300 },
  )
})
