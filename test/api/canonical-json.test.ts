import test from 'ava'
import fc from 'fast-check'
import { canonicalJson } from '../../src/api/canonical-json.ts'

test('keys are sorted at every depth, undefined members left out', t => {
  t.is(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, A: 'x' }), '{"A":"x","b":[{"c":null,"d":1}]}')
  t.is(canonicalJson(JSON.parse('{"__proto__":{"b":1,"a":2}}')), '{"__proto__":{"a":2,"b":1}}')
  t.is(canonicalJson(JSON.parse('{"9":1,"10":2,"a":{"1":3,"-":4}}')), '{"10":2,"9":1,"a":{"-":4,"1":3}}')
  t.is(canonicalJson(undefined), 'null')
  t.is(canonicalJson([undefined, 'ä"\n']), '[null,"ä\\"\\n"]')
})

test('it is JSON of the same value, whatever the order of keys', t => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const plain = JSON.stringify(value)
      t.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(plain))
      t.is(canonicalJson(reversed(value)), canonicalJson(value))
    }),
  )
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}
