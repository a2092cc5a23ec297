import test from 'ava'
import { excessFinishedPods, judgePod } from '../../../src/controllers/pod-garbage-collector/plan.ts'
import { makePod } from '../objects.ts'

const leaving = { deletionTimestamp: '2023-11-14T22:00:00Z' }

test('a pod is given up only when nobody can end it', t => {
  t.is(judgePod(makePod({ name: 'a', node: 'n1' }), undefined).type, 'keep')
  t.is(judgePod(makePod({ name: 'a' }), undefined).type, 'keep')
  t.is(judgePod(makePod({ name: 'a', metadata: leaving }), undefined).type, 'delete')
  t.is(judgePod(makePod({ name: 'a', node: 'n1', metadata: leaving }), undefined).type, 'keep')
  t.deepEqual(judgePod(makePod({ name: 'a', node: 'n1' }), 10_000), { type: 'wait', forMs: 30_000 })
  t.is(judgePod(makePod({ name: 'a', node: 'n1' }), 40_000).type, 'delete')
})

test('of the finished pods the oldest go', t => {
  const finished = (name: string, creationTimestamp: string) =>
    makePod({ name, phase: 'Succeeded', metadata: { creationTimestamp } })
  const pods = [finished('b', '2023-01-02T00:00:00Z'), finished('a', '2023-01-01T00:00:00Z'), makePod({ name: 'c' })]
  t.deepEqual(
    excessFinishedPods(pods, 1).map(pod => pod.metadata.name),
    ['a'],
  )
  t.deepEqual(excessFinishedPods(pods, 2), [])
})
