import test from 'ava'
import { whyNoLabelKey, whyNoLabelValue } from '../../../src/api/selector/label-syntax.ts'

test('label keys', t => {
  for (const key of ['app', 'a', 'App.kubernetes_io-1', 'example.com/name', `${'a'.repeat(63)}`]) {
    t.is(whyNoLabelKey(key), undefined, key)
  }
  for (const key of [
    '',
    '/a',
    'a/',
    'a/b/c',
    'Example.com/a',
    '-a',
    'a-',
    'a b',
    'a'.repeat(64),
    `${'x'.repeat(254)}/a`,
  ]) {
    t.is(typeof whyNoLabelKey(key), 'string', key)
  }
})

test('label values', t => {
  for (const value of ['', 'a', '1.2_3-x', 'x'.repeat(63)]) t.is(whyNoLabelValue(value), undefined, value)
  for (const value of ['-', 'a-', ' ', 'a/b', 'ä', 'x'.repeat(64)]) t.is(typeof whyNoLabelValue(value), 'string', value)
})
