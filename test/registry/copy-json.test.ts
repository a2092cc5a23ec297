import test from 'ava'
import fc from 'fast-check'
import { deepFreeze } from '../../src/lib/deep-freeze.ts'
import { copyJson } from '../../src/registry/copy-json.ts'

test('a copy is equal and shares nothing that can be changed', t => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const frozen = deepFreeze(JSON.parse(JSON.stringify(value)))
      const copy = copyJson(frozen)
      t.deepEqual(copy, frozen)
      if (copy !== null && typeof copy === 'object') t.false(Object.isFrozen(copy) && Object.keys(copy).length > 0)
    }),
  )
})

test('what is frozen is frozen at every depth', t => {
  const value = deepFreeze(JSON.parse('{"a":[{"b":{"c":[1]}}],"__proto__":{"d":{}}}'))
  t.throws(() => value.a[0].b.c.push(2), { instanceOf: TypeError })
  t.throws(() => Object.assign(Object.getOwnPropertyDescriptor(value, '__proto__')?.value.d, { e: 1 }))
  t.deepEqual(Object.keys(copyJson(value)), ['a', '__proto__'])
})
