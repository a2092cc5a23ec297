import test from 'ava'
import type { ClusterEvent } from '../../src/scheduler/filters/filter.ts'
import { SchedulingQueue } from '../../src/scheduler/scheduling-queue.ts'
import { ManualClock, zeroRandom } from '../client/manual-clock.ts'

function makeQueue() {
  const clock = new ManualClock()
  const queue = new SchedulingQueue({ clock, random: zeroRandom, onReady: () => {} })
  const add = (uid: string, priority = 0) => queue.set({ uid, priority }, false)
  const takeAll = () => {
    const taken: string[] = []
    for (let pod = queue.take(); pod !== undefined; pod = queue.take()) taken.push(pod.uid)
    return taken.join()
  }
  return { clock, queue, add, takeAll }
}

const events = (...names: readonly ClusterEvent[]): ReadonlySet<ClusterEvent> => new Set(names)

test('by priority, then by arrival', t => {
  const { add, takeAll } = makeQueue()
  for (const [uid, priority] of [
    ['a', 0],
    ['b', 5],
    ['c', 0],
    ['d', 5],
  ] as const)
    add(uid, priority)
  t.is(takeAll(), 'b,d,a,c')
})

test('a rejected pod waits for an event that can help it, and for its back-off', async t => {
  const { clock, queue, add, takeAll } = makeQueue()
  add('a')
  takeAll()
  queue.rejected('a', events('node-added'))
  queue.onEvent('pod-removed')
  await clock.advance(60_000)
  t.is(takeAll(), '')
  queue.onEvent('node-added')
  t.is(takeAll(), 'a')
  queue.rejected('a', events('node-added'))
  queue.onEvent('node-added')
  t.is(takeAll(), '')
  await clock.advance(2_000)
  t.is(takeAll(), 'a')
})

test('an event that comes while a pod is judged is not lost', async t => {
  const { clock, queue, add, takeAll } = makeQueue()
  add('a')
  takeAll()
  queue.onEvent('node-added')
  queue.rejected('a', events('node-added'))
  await clock.advance(1_000)
  t.is(takeAll(), 'a')
})

test('a pod that nothing wakes is tried again after five minutes all the same', async t => {
  const { clock, queue, add, takeAll } = makeQueue()
  add('a')
  takeAll()
  queue.rejected('a', events())
  await clock.advance(299_000)
  t.is(takeAll(), '')
  await clock.advance(1_000)
  t.is(takeAll(), 'a')
})

test('failures wait longer each time, up to ten seconds', async t => {
  const { clock, queue, add, takeAll } = makeQueue()
  add('a')
  for (const waitMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    t.is(takeAll(), 'a')
    queue.failed('a')
    await clock.advance(waitMs - 1)
    t.is(takeAll(), '')
    await clock.advance(1)
  }
})

test('a deleted pod is not given out, whatever state it is in', async t => {
  const { clock, queue, add, takeAll } = makeQueue()
  for (const uid of ['active', 'failed', 'rejected', 'working']) add(uid)
  queue.delete('active')
  t.is(takeAll(), 'failed,rejected,working')
  queue.failed('failed')
  queue.rejected('rejected', events('node-added'))
  for (const uid of ['failed', 'rejected', 'working']) queue.delete(uid)
  queue.failed('working')
  queue.onEvent('node-added')
  await clock.advance(600_000)
  t.is(takeAll(), '')
  t.is(queue.size, 0)
})
