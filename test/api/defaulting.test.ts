import test from 'ava'
import { applyDefaults } from '../../src/api/defaulting.ts'
import type { KindVersion } from '../../src/api/kind.ts'
import type { KubeObject } from '../../src/api/object.ts'
import type { StructSchema } from '../../src/api/schema.ts'
import { integer, listOf, mapOf, struct, text } from '../../src/api/schema-builder.ts'

function defaulted(object: object, schema: StructSchema, setDefaults?: KindVersion['setDefaults']): object {
  const draft = structuredClone(object)
  const version = { group: 'g', version: 'v1', schema, columns: [], ...(setDefaults && { setDefaults }) }
  applyDefaults(draft as KubeObject, version)
  return draft
}

const step = struct({ name: text(), times: integer({ default: 1 }) })

test('what is said stays, what is missing is filled in', t => {
  const schema = struct({ a: text({ default: 'x' }), b: text({ default: 'y' }), c: text() })
  t.deepEqual(defaulted({ a: '', b: null }, schema), { a: '', b: 'y' })
})

test('defaults reach into lists and maps, and into structs that are defaults themselves', t => {
  const schema = struct({ list: listOf(step), map: mapOf(step), one: { ...step, default: {} }, none: step })
  t.deepEqual(defaulted({ list: [{ name: 'a' }, { times: 3 }], map: { m: {} } }, schema), {
    list: [{ name: 'a', times: 1 }, { times: 3 }],
    map: { m: { times: 1 } },
    one: { times: 1 },
  })
})

test("the kind's own defaults come after the schema's", t => {
  const schema = struct({ times: integer({ default: 1 }) })
  const setDefaults = (draft: KubeObject) => {
    const { times } = draft as unknown as { times: number }
    Object.assign(draft, { twice: times * 2 })
  }
  t.deepEqual(defaulted({}, schema, setDefaults), { times: 1, twice: 2 })
})

test('a default is a value of its own each time', t => {
  const schema = struct({ list: { ...listOf(text()), default: ['a'] } })
  const first = defaulted({}, schema) as { list: string[] }
  first.list.push('b')
  t.deepEqual(defaulted({}, schema), { list: ['a'] })
})

test('null is a value where a schema allows it', t => {
  t.deepEqual(defaulted({ a: null }, struct({ a: { ...text({ default: 'x' }), nullable: true } })), { a: null })
})

test('a field named __proto__ is a field', t => {
  const schema = { ...struct({}), fields: new Map([['__proto__', text({ default: 'x' })]]) }
  t.deepEqual(Object.entries(defaulted({}, schema)), [['__proto__', 'x']])
})
