import test from 'ava'
import { slowStart } from '../../../src/controllers/replicaset/slow-start.ts'

test('batches grow, and each waits for the one before', async t => {
  const batches: number[] = []
  let running = 0
  const result = await slowStart(20, async () => {
    running += 1
    await Promise.resolve()
    if (running > 0) batches.push(running)
    running = 0
  })
  t.deepEqual(batches, [1, 2, 4, 8, 5])
  t.deepEqual(result, { done: 20, errors: [] })
})

test('what is refused is not asked again and again', async t => {
  let calls = 0
  const result = await slowStart(500, async () => {
    calls += 1
    if (calls > 3) throw new Error('quota')
  })
  t.is(calls, 7)
  t.is(result.done, 3)
  t.is(result.errors.length, 4)
})
