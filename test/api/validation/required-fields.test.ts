import test from 'ava'
import { schemaOf } from '../../../src/api/built-in-schema.ts'
import { defineKind } from '../../../src/api/define-kind.ts'
import { FieldErrors } from '../../../src/api/field-errors.ts'
import type { Schema } from '../../../src/api/schema.ts'
import { listOf, mapOf, struct, text } from '../../../src/api/schema-builder.ts'
import { validateRequiredFields } from '../../../src/api/validation/required-fields.ts'

function missing(value: unknown, schema: Schema): unknown[] {
  const errors = new FieldErrors()
  validateRequiredFields(value, schema, '', errors)
  return errors.list.map(({ field, reason }) => `${reason} ${field}`)
}

const item = struct({ name: text(), note: text() }, { required: ['name'] })

test('what is missing is named by its path', t => {
  const schema = struct(
    { list: listOf(item), map: mapOf(item), one: item, pod: schemaOf('io.k8s.api.core.v1.Pod') },
    { required: ['one'] },
  )
  t.deepEqual(missing({ list: [{ name: 'a' }, {}], map: { k: { note: 'x' } }, pod: { spec: {} } }, schema), [
    'FieldValueRequired one',
    'FieldValueRequired list[1].name',
    'FieldValueRequired map[k].name',
  ])
  t.deepEqual(missing({ one: { name: '' } }, schema), [])
})

test('a kind whose schema was written by hand checks it before its own rules', t => {
  const kind = defineKind({
    group: 'example.com',
    version: 'v1',
    kind: 'Widget',
    plural: 'widgets',
    schema: struct({ spec: item }, { required: ['spec'] }),
    validate: (_, errors) => errors.forbidden('spec', 'never'),
  })
  const errors = new FieldErrors()
  kind.strategy.validate({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } }, errors)
  t.deepEqual(
    errors.list.map(({ reason }) => reason),
    ['FieldValueRequired', 'FieldValueForbidden'],
  )
})
