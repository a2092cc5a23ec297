import fc from 'fast-check'
import type { ScalarSchema, Schema, StructSchema } from '../../src/api/schema.ts'

/** Structs inside structs; deeper optional fields are left out. */
const DEPTH_MAX = 6

/** Any object that has the structure of a schema: right types, any values, optional fields there or not. */
export function arbitraryObject(schema: StructSchema): fc.Arbitrary<Record<string, unknown>> {
  return arbitraryStruct(schema, 0)
}

function arbitraryStruct(schema: StructSchema, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = [...schema.fields]
  const required = fields.filter(([name]) => schema.required.includes(name) || name === 'spec')
  if (depth >= DEPTH_MAX) return recordOf(required.slice(0, 3), depth)
  // A few fields at a time: objects with all of them are huge and look alike. Required ones mostly, not always.
  const some = fc.subarray(fields, { maxLength: Math.min(fields.length, 6) })
  const most = fc.oneof({ weight: 4, arbitrary: fc.constant(required) }, { weight: 1, arbitrary: fc.constant([]) })
  return fc.tuple(some, most).chain(([chosen, needed]) => recordOf([...chosen, ...needed], depth))
}

function recordOf(fields: readonly (readonly [string, Schema])[], depth: number) {
  const model = Object.fromEntries(fields.map(([name, field]) => [name, arbitraryValue(field, depth + 1)]))
  return fc.record(model, { noNullPrototype: true })
}

function arbitraryValue(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'struct':
      return arbitraryStruct(schema, depth)
    case 'map':
      return fc.dictionary(keys, arbitraryValue(schema.values, depth + 1), { maxKeys: 2, noNullPrototype: true })
    case 'list':
      return fc.array(arbitraryValue(schema.items, depth + 1), { maxLength: 2 })
    case 'any':
      return fc.jsonValue({ maxDepth: 2 })
    default:
      return arbitraryScalar(schema)
  }
}

const keys = fc.oneof(
  fc.constantFrom('a', 'app', '__proto__', 'constructor', 'cpu', 'x/y'),
  fc.string({ maxLength: 5 }),
)
const names = fc.oneof(
  fc.constantFrom('', 'a', 'TCP', 'None', 'Always', 'RollingUpdate', '..', '80'),
  fc.string({ maxLength: 8 }),
)
const times = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })

function arbitraryScalar(schema: ScalarSchema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return schema.format === 'int32' ? fc.integer() : fc.maxSafeInteger()
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'bytes':
      return fc.base64String({ maxLength: 16 })
    case 'time':
      return times.map(time => `${time.toISOString().slice(0, 19)}Z`)
    case 'micro-time':
      return times.map(time => `${time.toISOString().slice(0, 23)}000Z`)
    case 'quantity':
      return fc.oneof(fc.constantFrom('0', '1', '500m', '1Gi', '-1', '2k', '1e3'), fc.integer().map(String))
    case 'int-or-string':
      return fc.oneof(fc.integer(), fc.constantFrom('25%', 'http', ''))
    default:
      return schema.enum === undefined ? names : fc.constantFrom(...schema.enum)
  }
}
