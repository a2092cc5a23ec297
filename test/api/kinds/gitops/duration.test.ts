import test from 'ava'
import { formatDuration, parseDuration } from '../../../../src/api/kinds/gitops/duration.ts'

test('parses times as people write them', t => {
  t.is(parseDuration('120s'), 120_000)
  t.is(parseDuration('5m'), 300_000)
  t.is(parseDuration('1h30m'), 5_400_000)
  for (const wrong of ['', '12', '-5s', '1.5s', 'abc', '5 m', '1m1h']) t.is(parseDuration(wrong), undefined, wrong)
})

test('shows times in at most two units', t => {
  t.is(formatDuration(0), '0s')
  t.is(formatDuration(449), '0.4s')
  t.is(formatDuration(42_000), '42s')
  t.is(formatDuration(185_000), '3m5s')
  t.is(formatDuration(7_200_000), '2h')
  t.is(formatDuration(90_061_000), '1d1h')
})
