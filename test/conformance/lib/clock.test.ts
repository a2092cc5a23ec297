import type { ExecutionContext } from 'ava'
import test from 'ava'
import type { Clock } from '../../../src/lib/clock.ts'
import { formatMicroTime, formatTime, parseTime, sleep } from '../../../src/lib/clock.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { settle, VirtualClock } from '../../simulation/world/virtual-clock.ts'

/** The contract of `Clock`. `pass` lets so many milliseconds go by. */
function clockSuite(name: string, make: () => { clock: Clock; pass: (ms: number) => Promise<void> }): void {
  const check = (title: string, body: (t: ExecutionContext, made: ReturnType<typeof make>) => Promise<void>) =>
    test(`${name}: ${title}`, t => body(t, make()))

  check('a timer is called once, not before its time, and never at once', async (t, { clock, pass }) => {
    const calls: number[] = []
    const start = clock.monotonic()
    clock.setTimer(20, () => calls.push(clock.monotonic() - start))
    t.deepEqual(calls, [])
    await pass(60)
    t.is(calls.length, 1)
    t.true(calls[0]! >= 19)
  })

  check('a cancelled timer is never called, and cancelling twice does no harm', async (t, { clock, pass }) => {
    let calls = 0
    const timer = clock.setTimer(5, () => calls++)
    timer.cancel()
    timer.cancel()
    await pass(30)
    t.is(calls, 0)
  })

  check('timers of different times are called in the order of their times', async (t, { clock, pass }) => {
    const order: string[] = []
    clock.setTimer(30, () => order.push('late'))
    clock.setTimer(1, () => order.push('early'))
    await pass(80)
    t.deepEqual(order, ['early', 'late'])
  })

  check('monotonic time never decreases and moves with waiting', async (t, { clock, pass }) => {
    const before = clock.monotonic()
    await pass(20)
    t.true(clock.monotonic() - before >= 19)
  })

  check('a sleep ends with its time, or at once when it is aborted', async (t, { clock, pass }) => {
    const aborted = new AbortController()
    const outcomes: string[] = []
    const note = (outcome: string) => () => void outcomes.push(outcome)
    void sleep(clock, 10).then(note('slept'))
    void sleep(clock, 1_000_000, aborted.signal).catch(note('aborted'))
    aborted.abort(new Error('enough'))
    await pass(40)
    t.deepEqual(outcomes.toSorted(), ['aborted', 'slept'])
  })
}

clockSuite('system', () => ({ clock: systemClock, pass: ms => sleep(systemClock, ms) }))

clockSuite('virtual', () => {
  const clock = new VirtualClock()
  return {
    clock,
    async pass(ms) {
      const endMs = clock.monotonic() + ms
      clock.setTimer(ms, () => {})
      while ((clock.nextAtMs ?? Number.POSITIVE_INFINITY) <= endMs) {
        clock.fireNext()
        await settle()
      }
    },
  }
})

test('the wall clock of virtual time may jump, its waiting does not', t => {
  const clock = new VirtualClock()
  const [wall, waited] = [clock.now(), clock.monotonic()]
  clock.jump(-5_000)
  t.is(clock.now(), wall - 5_000)
  t.is(clock.monotonic(), waited)
})

test('times are written and read as the API has them', t => {
  t.is(formatTime(1_893_456_000_999), '2030-01-01T00:00:00Z')
  t.is(formatMicroTime(1_893_456_000_123), '2030-01-01T00:00:00.123000Z')
  t.is(parseTime('2030-01-01T00:00:00Z'), 1_893_456_000_000)
  t.is(parseTime('soon'), undefined)
  t.is(parseTime(null), undefined)
})
