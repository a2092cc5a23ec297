import test from 'ava'
import { DecodeError, placeOf } from '../../../src/api/decode/decode-error.ts'

test('places count from one', t => {
  t.deepEqual(placeOf('ab\ncd\n', 0), { line: 1, column: 1 })
  t.deepEqual(placeOf('ab\ncd\n', 2), { line: 1, column: 3 })
  t.deepEqual(placeOf('ab\ncd\n', 4), { line: 2, column: 2 })
  t.deepEqual(placeOf('ab\ncd\n', 6), { line: 3, column: 1 })
})

test('the message has the place when it is known', t => {
  t.is(new DecodeError('why').message, 'why')
  t.like(new DecodeError('why', { line: 2, column: 3 }), { message: 'line 2, column 3: why', why: 'why', line: 2 })
})
