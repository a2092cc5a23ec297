import test from 'ava'
import fc from 'fast-check'
import { DURATION_MS_MAX, formatDuration, parseDuration } from '../../../src/api/scalars/duration.ts'

const cases: [string, number | undefined][] = [
  ['0', 0],
  ['0s', 0],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['.5m', 30_000],
  ['300ms', 300],
  ['1h1m1s1ms', 3_661_001],
  ['-2m', -120_000],
  ['+2m', 120_000],
  ['1500us', 2],
  ['1500000ns', 2],
  ['2µs', 0],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['1d', undefined],
  ['1 s', undefined],
  ['1s-2s', undefined],
  ['3000000h', undefined],
  [`${'1s'.repeat(33)}`, undefined],
]

for (const [text, expected] of cases) {
  test(`${JSON.stringify(text)} is ${expected} ms`, t => t.is(parseDuration(text), expected))
}

test('printed as Go prints it', t => {
  t.is(formatDuration(5_400_000), '1h30m0s')
  t.is(formatDuration(90_500), '1m30.5s')
  t.is(formatDuration(250), '250ms')
  t.is(formatDuration(-1_000), '-1s')
  t.is(formatDuration(0), '0s')
})

test('printing and parsing are inverse', t => {
  fc.assert(
    fc.property(fc.integer({ min: -DURATION_MS_MAX, max: DURATION_MS_MAX }), ms => {
      t.is(parseDuration(formatDuration(ms)), ms === 0 ? 0 : ms)
    }),
  )
})
