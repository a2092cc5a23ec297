import test from 'ava'
import { resolveIntOrPercent, whyNoIntOrPercent } from '../../../src/api/scalars/int-or-string.ts'

test('a percentage is a share of the total, rounded as told', t => {
  t.is(resolveIntOrPercent('25%', 10, 'up'), 3)
  t.is(resolveIntOrPercent('25%', 10, 'down'), 2)
  t.is(resolveIntOrPercent('0%', 10, 'up'), 0)
  t.is(resolveIntOrPercent('100%', 7, 'down'), 7)
  t.is(resolveIntOrPercent('200%', 7, 'down'), 14)
  t.is(resolveIntOrPercent('7%', 100, 'up'), 7)
  t.is(resolveIntOrPercent('29%', 100, 'down'), 29)
  t.is(resolveIntOrPercent(4, 7, 'up'), 4)
})

test('anything else is refused', t => {
  for (const value of ['25', '%', '-5%', '2.5%', '', 1.5, 2 ** 31, Number.NaN]) {
    t.is(typeof whyNoIntOrPercent(value), 'string', String(value))
    t.throws(() => resolveIntOrPercent(value, 10, 'up'), { name: 'RangeError' })
  }
  t.is(typeof whyNoIntOrPercent(null), 'string')
  t.is(whyNoIntOrPercent('25%'), undefined)
  t.is(whyNoIntOrPercent(-1), undefined)
})
