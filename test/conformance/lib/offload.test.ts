import test from 'ava'
import type { Offload } from '../../../src/lib/offload.ts'
import { inlineOffload } from '../../../src/lib/offload.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { SystemOffload } from '../../../src/lib/system-offload.ts'
import { doublingJob } from './doubling-job.ts'

/** The contract of `Offload`. */
function offloadSuite(name: string, offload: Offload): void {
  test(`${name}: a job's output comes back`, async t => {
    t.is(await offload.run(doublingJob, 21), 42)
  })

  test(`${name}: many jobs each get their own answer`, async t => {
    const numbers = Array.from({ length: 50 }, (_, at) => at)
    t.deepEqual(
      await Promise.all(numbers.map(number => offload.run(doublingJob, number))),
      numbers.map(number => number * 2),
    )
  })

  test(`${name}: what a job throws is thrown, and the next job runs`, async t => {
    await t.throwsAsync(offload.run(doublingJob, -1), { message: '-1 is negative' })
    t.is(await offload.run(doublingJob, 4), 8)
  })
}

const system = new SystemOffload(systemClock)
test.after.always(() => system.close())

offloadSuite('inline', inlineOffload)
offloadSuite('system', system)

test('what is under way when it closes is refused, not forgotten', async t => {
  const offload = new SystemOffload(systemClock)
  const work = offload.run(doublingJob, 1).catch((error: Error) => error.message)
  await offload.close()
  t.regex(String(await work), /was given up|^2$/)
})
