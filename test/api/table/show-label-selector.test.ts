import test from 'ava'
import { showLabelSelector, showLabels } from '../../../src/api/table/show-label-selector.ts'

test('labels and expressions stand together, by key', t => {
  const selector = {
    matchLabels: { b: '2', a: '1' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['web', 'api'] },
      { key: 'aa', operator: 'NotIn', values: ['x'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'new', operator: 'Exists' },
    ],
  }
  t.is(showLabelSelector(selector), 'a=1,aa notin (x),b=2,new,!old,tier in (api,web)')
})

test('no selector is shown as none', t => {
  t.is(showLabelSelector(undefined), '<none>')
  t.is(showLabelSelector({}), '<none>')
  t.is(showLabels(undefined), '<none>')
  t.is(showLabels({ app: 'hello' }), 'app=hello')
})
