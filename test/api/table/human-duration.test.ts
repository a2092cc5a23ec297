import test from 'ava'
import { formatAge, formatHumanDuration } from '../../../src/api/table/human-duration.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('short times are exact, long ones coarse', t => {
  const cases: [number, string][] = [
    [-5 * SECOND, '<invalid>'],
    [-500, '0s'],
    [0, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [3 * MINUTE + 20 * SECOND, '3m20s'],
    [10 * MINUTE + 20 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [7 * HOUR + 30 * MINUTE, '7h30m'],
    [47 * HOUR, '47h'],
    [2 * DAY + 3 * HOUR, '2d3h'],
    [8 * DAY + 3 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [(2 * 365 + 30) * DAY, '2y30d'],
    [9 * 365 * DAY, '9y'],
  ]
  for (const [durationMs, text] of cases) t.is(formatHumanDuration(durationMs), text)
})

test('an age needs a time to start from', t => {
  const nowMs = Date.parse('2026-11-20T23:00:00Z')
  t.is(formatAge('2026-11-20T22:59:15Z', nowMs), '45s')
  for (const nothing of [undefined, null, '', 'yesterday']) t.is(formatAge(nothing, nowMs), '<unknown>')
})
