import test from 'ava'
import { FieldErrors } from '../../../src/api/field-errors.ts'
import { validateManagedFields, whyNoFieldManager } from '../../../src/api/managed-fields/validate-managed-fields.ts'

const entry = { manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:a': {} } }

function problemsOf(entries: unknown): string[] {
  const errors = new FieldErrors()
  validateManagedFields(entries, errors)
  return errors.list.map(cause => `${cause.field}: ${cause.message}`)
}

test('what is right', t => {
  for (const entries of [
    undefined,
    null,
    [],
    [{}],
    [entry],
    [{ ...entry, operation: 'Apply', subresource: 'status' }],
  ]) {
    t.deepEqual(problemsOf(entries), [])
  }
})

const wrong: [unknown, RegExp][] = [
  ['x', /^metadata\.managedFields: Invalid value: "x": must be a list$/],
  [['x'], /^metadata\.managedFields\[0\]: .*must be an object/],
  [[entry, {}], /^metadata\.managedFields\[1\]\.operation: .*must be `Apply` or `Update`/],
  [[{ ...entry, operation: 'Patch' }], /operation: Invalid value: "Patch"/],
  [[{ ...entry, fieldsType: 'V2' }], /fieldsType: Invalid value: "V2"/],
  [[{ ...entry, manager: 'x'.repeat(129) }], /manager: .*more than 128 characters/],
  [[{ ...entry, manager: 'a\nb' }], /manager: .*printable/],
  [[{ ...entry, manager: 5 }], /manager: .*must be a text/],
  [[{ ...entry, subresource: 'x'.repeat(257) }], /subresource: Too long/],
  [[{ ...entry, fieldsV1: { a: {} } }], /fieldsV1: .*"a" is not a path element/],
]

for (const [entries, message] of wrong) {
  test(`refuses what is ${message}`, t => t.regex(problemsOf(entries)[0] ?? '', message))
}

test('names of managers', t => {
  for (const name of ['kubectl', 'my manager', 'Über-Tool 1.0', '']) t.is(whyNoFieldManager(name), undefined, name)
  for (const name of ['a\tb', 'a\u00a0b', 'x'.repeat(129)]) t.is(typeof whyNoFieldManager(name), 'string', name)
})
