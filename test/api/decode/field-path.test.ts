import test from 'ava'
import { formatFieldPath } from '../../../src/api/decode/field-path.ts'

test('paths read as in errors', t => {
  t.is(formatFieldPath([]), '(root)')
  t.is(formatFieldPath(['spec', 'containers', 0, 'image']), 'spec.containers[0].image')
  t.is(formatFieldPath([1, 'a']), '[1].a')
})
