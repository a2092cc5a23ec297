import test from 'ava'
import { getOwn, isPlainObject, setOwn } from '../../src/api/plain-object.ts'

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
