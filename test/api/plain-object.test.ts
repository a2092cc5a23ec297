import test from 'ava'
import fc from 'fast-check'
import { equalJson, getOwn, isPlainObject, setOwn } from '../../src/api/plain-object.ts'

test('__proto__ and constructor are members like any other', t => {
  const object: Record<string, unknown> = {}
  t.is(getOwn(object, 'constructor'), undefined)
  setOwn(object, '__proto__', { polluted: true })
  t.deepEqual(Object.keys(object), ['__proto__'])
  t.is(Object.getPrototypeOf(object), Object.prototype)
  t.deepEqual(getOwn(object, '__proto__'), { polluted: true })
  t.is(JSON.stringify(object), '{"__proto__":{"polluted":true}}')
})

test('arrays and null are no objects', t => {
  t.deepEqual([{}, [], null, 'x'].map(isPlainObject), [true, false, false, false])
})

test('equality is that of JSON', t => {
  t.true(equalJson({ a: 1, b: undefined }, { a: 1 }))
  t.false(equalJson({ a: 1 }, { a: 1, b: null }))
  t.false(equalJson([], {}))
  t.false(equalJson({ constructor: 1 }, {}))
  t.false(equalJson({ a: undefined }, { b: 1 }))
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      t.true(equalJson(left, JSON.parse(JSON.stringify(left))) || JSON.stringify(left).includes('-0'))
      t.is(equalJson(left, right), equalJson(right, left))
    }),
  )
})
