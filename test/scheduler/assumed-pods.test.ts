import test from 'ava'
import { AssumedPods } from '../../src/scheduler/assumed-pods.ts'
import { ManualClock } from '../client/manual-clock.ts'

test('a pod whose bind is under way does not expire; once bound it does, unless it is seen', async t => {
  const clock = new ManualClock()
  const expired: string[] = []
  const assumed = new AssumedPods(clock, uid => expired.push(uid))
  for (const uid of ['binding', 'bound', 'seen']) assumed.add(uid)
  assumed.expireLater('bound')
  assumed.expireLater('seen')
  t.true(assumed.delete('seen'))
  assumed.expireLater('seen')
  await clock.advance(60_000)
  t.deepEqual(expired, ['bound'])
  t.deepEqual(
    ['binding', 'bound', 'seen'].map(uid => assumed.has(uid)),
    [true, false, false],
  )
  t.false(assumed.delete('seen'))
})
