import test from 'ava'
import fc from 'fast-check'
import { canonicalMicroTime, canonicalTime } from '../../../src/api/scalars/time.ts'

const cases: [string, string | undefined][] = [
  ['2026-11-20T22:58:00Z', '2026-11-20T22:58:00Z'],
  ['2026-11-20t22:58:00z', '2026-11-20T22:58:00Z'],
  ['2026-11-20T22:58:00.999Z', '2026-11-20T22:58:00Z'],
  ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00Z'],
  ['2024-03-01T00:30:00+01:00', '2024-02-29T23:30:00Z'],
  ['2023-03-01T00:30:00+01:00', '2023-02-28T23:30:00Z'],
  ['2026-01-01T00:00:00+00:01', '2025-12-31T23:59:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['2023-02-29T00:00:00Z', undefined],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
  ['1900-02-29T00:00:00Z', undefined],
  ['2026-13-01T00:00:00Z', undefined],
  ['2026-04-31T00:00:00Z', undefined],
  ['2026-01-01T24:00:00Z', undefined],
  ['2026-01-01T00:60:00Z', undefined],
  ['2026-01-01T00:00:60Z', undefined],
  ['2026-01-01T00:00:00+24:00', undefined],
  ['9999-12-31T23:59:59-01:00', undefined],
  ['2026-01-01', undefined],
  ['2026-01-01T00:00:00', undefined],
  ['2026-01-01 00:00:00Z', undefined],
  ['', undefined],
]

for (const [text, expected] of cases) {
  test(`${JSON.stringify(text)} is stored as ${expected}`, t => t.is(canonicalTime(text), expected))
}

test('micro times always have six digits', t => {
  t.is(canonicalMicroTime('2026-11-20T22:58:00Z'), '2026-11-20T22:58:00.000000Z')
  t.is(canonicalMicroTime('2026-11-20T22:58:00.1234567+00:00'), '2026-11-20T22:58:00.123456Z')
  t.is(canonicalMicroTime('now'), undefined)
})

test('it agrees with the platform for any moment and offset', t => {
  const moments = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.integer({ min: -1439, max: 1439 }), (moment, offset) => {
      const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, 19)
      const zone = `${offset < 0 ? '-' : '+'}${pad(Math.trunc(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`
      t.is(canonicalTime(local + zone), `${moment.toISOString().slice(0, 19)}Z`)
    }),
  )
})

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
