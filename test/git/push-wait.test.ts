import test from 'ava'
import { pushWaitMs, unknownWaits } from '../../src/git/push-wait.ts'

const CASES: readonly (readonly [string[], number])[] = [
  [[], 120_000],
  [['plan'], 120_000],
  [['nowait'], 0],
  [['wait=30s'], 30_000],
  [['wait=30'], 30_000],
  [['wait=500ms'], 500],
  [['wait=2m', 'draft'], 120_000],
  [['wait=5s', 'nowait'], 0],
  [['nowait', 'wait=5s'], 5_000],
  [['wait=99h'], 3_600_000],
  [['wait=soon'], 120_000],
]

test('push options say how long a push waits, in the engine and in the hook alike', async t => {
  const hook: { waitMsOf(options: readonly string[]): number } = await import(`${'../../src/git/hooks/push-wait.js'}`)
  for (const [options, waitMs] of CASES) {
    t.is(pushWaitMs(options), waitMs, options.join(' '))
    t.is(hook.waitMsOf(options), waitMs, options.join(' '))
  }
  t.deepEqual(unknownWaits(['wait', 'wait=', 'wait=5s', 'wait=-1', 'plan']), ['wait', 'wait=', 'wait=-1'])
})
