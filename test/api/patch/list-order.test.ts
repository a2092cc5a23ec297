import test from 'ava'
import { inOrder } from '../../../src/api/patch/list-order.ts'

const order = (merged: string, original: string, wanted: string) =>
  inOrder([...merged], [...original], [...wanted], item => item).join('')

test('wanted items follow one another, others stay before what they stood before', t => {
  t.is(order('abcd', 'abcd', 'ca'), 'bcad')
  t.is(order('abz', 'ab', 'z'), 'zab')
  t.is(order('abcz', 'abc', 'bz'), 'abzc')
  t.is(order('abc', 'abc', ''), 'abc')
  t.is(order('abc', 'abc', 'xbx'), 'abc')
  t.is(order('', 'abc', 'a'), '')
})
