import test from 'ava'
import { checkRequirement, LabelMatcher } from '../../../src/api/selector/requirement.ts'

test('a matcher sorts its requirements by key', t => {
  const matcher = new LabelMatcher([
    { key: 'b', operator: 'exists', values: [] },
    { key: 'a', operator: '=', values: ['1'] },
  ])
  t.deepEqual(
    matcher.requirements?.map(each => each.key),
    ['a', 'b'],
  )
  t.true(matcher.matches({ a: '1', b: '' }))
})

test('integers are compared exactly', t => {
  const above = new LabelMatcher([{ key: 'n', operator: 'gt', values: ['9007199254740992'] }])
  t.true(above.matches({ n: '9007199254740993' }))
  t.false(above.matches({ n: '9007199254740992' }))
  t.false(above.matches({ n: '1e30' }))
})

test('a requirement that no label can meet is refused, naming the selector', t => {
  t.throws(() => checkRequirement({ key: 'a', operator: 'gt', values: ['x'] }, 'selector S'), {
    message: /^selector S: /,
  })
  t.throws(() => checkRequirement({ key: 'a', operator: 'in', values: Array(10_001).fill('x') }, 'S'), {
    message: /more than 10000 values/,
  })
})
