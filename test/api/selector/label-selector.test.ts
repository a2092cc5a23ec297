import test from 'ava'
import { labelSelectorMatcher } from '../../../src/api/selector/label-selector.ts'
import { formatLabelSelector } from '../../../src/api/selector/label-selector-text.ts'

test('no selector selects nothing, an empty one everything', t => {
  t.false(labelSelectorMatcher(undefined).matches({}))
  t.false(labelSelectorMatcher(null).matches({ app: 'web' }))
  t.is(formatLabelSelector(labelSelectorMatcher(undefined)), undefined)
  t.true(labelSelectorMatcher({}).matches({ app: 'web' }))
  t.true(labelSelectorMatcher({}).matchesEverything)
})

test('labels and expressions must all hold', t => {
  const matcher = labelSelectorMatcher({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['front', 'back'] },
      { key: 'stage', operator: 'NotIn', values: ['old'] },
      { key: 'tier', operator: 'Exists' },
      { key: 'legacy', operator: 'DoesNotExist', values: [] },
    ],
  })
  t.true(matcher.matches({ app: 'web', tier: 'back' }))
  t.false(matcher.matches({ app: 'web' }))
  t.false(matcher.matches({ app: 'web', tier: 'back', stage: 'old' }))
  t.false(matcher.matches({ app: 'web', tier: 'back', legacy: '' }))
  t.is(formatLabelSelector(matcher), 'app=web,!legacy,stage notin (old),tier in (front,back),tier')
})

test('wrong ones are bad requests that say what and why', t => {
  const refuse = (expression: { key: string; operator: string; values?: string[] }, message: RegExp) =>
    t.throws(() => labelSelectorMatcher({ matchExpressions: [expression] }), { name: 'ApiError', message })
  refuse({ key: 'a', operator: 'in', values: ['b'] }, /"in" is not an operator: use In, NotIn/)
  refuse({ key: 'a', operator: 'In' }, /operator In needs at least one value/)
  refuse({ key: 'a', operator: 'Exists', values: ['b'] }, /takes no values/)
  refuse({ key: 'a b', operator: 'Exists' }, /key "a b"/)
  t.throws(() => labelSelectorMatcher({ matchLabels: { app: 'no!' } }), { message: /value "no!" for key app/ })
})
