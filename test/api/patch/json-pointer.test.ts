import test from 'ava'
import { listIndex, parseJsonPointer } from '../../../src/api/patch/json-pointer.ts'

test('pointers', t => {
  t.deepEqual(parseJsonPointer(''), [])
  t.deepEqual(parseJsonPointer('/'), [''])
  t.deepEqual(parseJsonPointer('/a~1b/m~0n/~01/0'), ['a/b', 'm~n', '~1', '0'])
  for (const text of ['a', 'a/b', '/~', '/~2']) t.is(parseJsonPointer(text), undefined, text)
})

test('positions in lists', t => {
  t.is(listIndex('0', 3), 0)
  t.is(listIndex('10', 3), 10)
  t.is(listIndex('-', 3), 3)
  for (const step of ['01', '-1', '1.0', '1e1', '', 'a', '99999999999']) t.is(listIndex(step, 3), undefined, step)
})
