import test from 'ava'
import fc from 'fast-check'
import { WorkQueue } from '../../src/client/work-queue.ts'
import { ManualClock, settle, zeroRandom } from './manual-clock.ts'

function make(keysMax?: number) {
  const clock = new ManualClock()
  return { clock, queue: new WorkQueue({ clock, random: zeroRandom, ...(keysMax && { keysMax }) }) }
}

test('a key waits once, in the order of its first add', async t => {
  const { queue } = make()
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
  t.deepEqual([await queue.take(), await queue.take(), await queue.take()], ['a', 'b', 'c'])
  t.is(queue.counts().ready, 0)
})

test('a key added while in work is taken again after done, never twice at once', async t => {
  const { queue } = make()
  queue.add('a')
  t.is(await queue.take(), 'a')
  queue.add('a')
  queue.add('a')
  let second: string | undefined
  void queue.take().then(key => {
    second = key
  })
  await settle()
  t.is(second, undefined)
  queue.done('a')
  await settle()
  t.is(second, 'a')
  queue.done('a')
  t.is(queue.counts().ready, 0)
})

test('of several delays the earliest counts', async t => {
  const { queue, clock } = make()
  queue.addAfter('a', 1_000)
  queue.addAfter('a', 100)
  queue.addAfter('a', 5_000)
  await clock.advance(99)
  t.is(queue.counts().ready, 0)
  await clock.advance(1)
  t.is(queue.counts().ready, 1)
  t.is(clock.waiting, 0)
})

test('addAt waits for the wall clock', async t => {
  const { queue, clock } = make()
  queue.addAt('a', clock.now() + 50)
  queue.addAt('b', clock.now() - 50)
  t.is(queue.counts().ready, 1)
  await clock.advance(50)
  t.is(queue.counts().ready, 2)
})

test('retries wait longer each time until forgotten', t => {
  const { queue } = make()
  const delays = [queue.retry('a'), queue.retry('a'), queue.retry('a')]
  t.deepEqual(delays, [5, 10, 20])
  t.is(queue.attempts('a'), 3)
  queue.forget('a')
  t.is(queue.retry('a'), 5)
  t.is(queue.retry('b'), 5)
})

test('a full queue refuses new keys and says so', t => {
  const { queue } = make(2)
  t.true(queue.add('a'))
  t.true(queue.add('b'))
  t.true(queue.add('a'))
  t.false(queue.add('c'))
  t.is(queue.counts().refused, 1)
})

test('close lets takers go and forgets timers', async t => {
  const { queue, clock } = make()
  const taken = queue.take()
  queue.addAfter('a', 10)
  queue.close()
  t.is(await taken, undefined)
  t.is(await queue.take(), undefined)
  t.false(queue.add('a'))
  t.is(clock.waiting, 0)
})

test('whatever the order of calls: every add is followed by a take, and no key is in work twice', async t => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), act: fc.constantFrom('add', 'take', 'done') })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const { queue } = make()
      const working = new Set<string>()
      const unseen = new Set<string>()
      const take = async () => {
        const key = (await queue.take())!
        if (working.has(key)) return false
        working.add(key)
        unseen.delete(key)
        return true
      }
      for (const { key, act } of steps) {
        if (act === 'add') {
          queue.add(key)
          unseen.add(key)
        } else if (act === 'done' && working.delete(key)) queue.done(key)
        else if (act === 'take' && queue.counts().ready > 0 && !(await take())) return false
      }
      for (let round = 0; round < 10; round++) {
        for (const key of working) queue.done(key)
        working.clear()
        while (queue.counts().ready > 0) if (!(await take())) return false
      }
      return unseen.size === 0
    }),
    { numRuns: 200 },
  )
  t.pass()
})
