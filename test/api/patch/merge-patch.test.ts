import test from 'ava'
import fc from 'fast-check'
import type { Json } from '../../../src/api/object.ts'
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'

/** The examples of RFC 7386, appendix A. */
const examples: [Json, Json, Json][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

for (const [current, patch, expected] of examples) {
  test(`${JSON.stringify(current)} + ${JSON.stringify(patch)}`, t => {
    t.deepEqual(applyMergePatch(deepFreeze(current), deepFreeze(patch)), expected)
  })
}

test('keys of prototypes are data', t => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":null}}')
  const result = applyMergePatch({}, patch) as Record<string, Json>
  t.is(JSON.stringify(result), '{"__proto__":{"polluted":true},"constructor":{}}')
  t.is(Object.getPrototypeOf(result), Object.prototype)
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
  t.is(JSON.stringify(applyMergePatch(result, JSON.parse('{"__proto__":null}'))), '{"constructor":{}}')
})

test('patching twice is patching once, and the inputs stay as they were', t => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (current, patch) => {
      const [before, what] = [deepFreeze(current as Json), deepFreeze(patch as Json)]
      const once = applyMergePatch(before, what)
      t.deepEqual(applyMergePatch(deepFreeze(once), what), once)
    }),
  )
})
