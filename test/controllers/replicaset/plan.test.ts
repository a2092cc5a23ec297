import test from 'ava'
import fc from 'fast-check'
import { planReplicaSet } from '../../../src/controllers/replicaset/plan.ts'
import { makePod, makeReplicaSet, NOW_MS, type PodShape } from '../objects.ts'

const owner = { kind: 'ReplicaSet', name: 'web', uid: 'uid-web' }

test('creates what is missing', t => {
  const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 3), pods: [makePod({ name: 'a', owner })] }, NOW_MS)
  t.is(plan.createCount, 2)
  t.deepEqual(plan.delete, [])
})

test('finished pods and pods on their way out are replaced', t => {
  const pods = [
    makePod({ name: 'failed', owner, phase: 'Failed' }),
    makePod({ name: 'leaving', owner, metadata: { deletionTimestamp: '2023-11-14T22:00:00Z' } }),
    makePod({ name: 'good', owner }),
  ]
  t.is(planReplicaSet({ replicaSet: makeReplicaSet('web', 3), pods }, NOW_MS).createCount, 2)
})

test('adopts matching orphans before it creates', t => {
  const pods = [
    makePod({ name: 'orphan' }),
    makePod({ name: 'stranger', metadata: { labels: { app: 'other' } } }),
    makePod({ name: 'anothers', owner: { ...owner, uid: 'uid-other' } }),
  ]
  const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 2), pods }, NOW_MS)
  t.deepEqual(
    plan.adopt.map(pod => pod.metadata.name),
    ['orphan'],
  )
  t.is(plan.createCount, 1)
})

test('releases what it no longer selects, and replaces it', t => {
  const pods = [makePod({ name: 'relabelled', owner, metadata: { labels: { app: 'debug' } } })]
  const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 1), pods }, NOW_MS)
  t.deepEqual(
    plan.release.map(pod => pod.metadata.name),
    ['relabelled'],
  )
  t.is(plan.createCount, 1)
})

test('a set that is being deleted touches nothing', t => {
  const replicaSet = makeReplicaSet('web', 3)
  replicaSet.metadata.deletionTimestamp = '2023-11-14T22:00:00Z'
  const plan = planReplicaSet({ replicaSet, pods: [makePod({ name: 'orphan' })] }, NOW_MS)
  t.deepEqual(plan, { adopt: [], release: [], createCount: 0, delete: [] })
})

test('one reconcile creates at most a burst', t => {
  t.is(planReplicaSet({ replicaSet: makeReplicaSet('web', 5_000), pods: [] }, NOW_MS).createCount, 500)
})

const ranking: readonly [why: string, loser: Partial<PodShape>, winner: Partial<PodShape>][] = [
  ['unscheduled first', { phase: 'Pending' }, { node: 'n1', phase: 'Pending' }],
  ['then pending', { node: 'n1', phase: 'Pending' }, { node: 'n1', phase: 'Running' }],
  ['then not ready', { node: 'n1' }, { node: 'n1', readyForSeconds: 5 }],
  [
    'then cheaper',
    {
      node: 'n1',
      readyForSeconds: 5,
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } },
    },
    { node: 'n1', readyForSeconds: 5 },
  ],
  ['then ready for a shorter time', { node: 'n1', readyForSeconds: 5 }, { node: 'n1', readyForSeconds: 500 }],
  [
    'then restarted more often',
    { node: 'n1', readyForSeconds: 5, restarts: 3 },
    { node: 'n1', readyForSeconds: 5, restarts: 0 },
  ],
  [
    'then newer',
    { node: 'n1', readyForSeconds: 5, metadata: { creationTimestamp: '2023-11-14T22:00:00Z' } },
    { node: 'n1', readyForSeconds: 5, metadata: { creationTimestamp: '2023-11-14T21:00:00Z' } },
  ],
]

for (const [why, loser, winner] of ranking) {
  test(`victims: ${why}`, t => {
    const pods = [
      makePod({ name: 'a-winner', owner, ...winner }),
      makePod({ name: 'b-loser', owner, ...loser }),
      makePod({ name: 'c-winner', owner, ...winner }),
    ]
    const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 2), pods }, NOW_MS)
    t.deepEqual(
      plan.delete.map(pod => pod.metadata.name),
      ['b-loser'],
    )
  })
}

test('victims: prefers the node with more of the same', t => {
  const on = (name: string, node: string) => makePod({ name, node, owner, readyForSeconds: 5 })
  const pods = [on('a', 'n1'), on('b', 'n2'), on('c', 'n2')]
  const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 2), pods }, NOW_MS)
  t.deepEqual(
    plan.delete.map(pod => pod.metadata.name),
    ['b'],
  )
})

test('victims: a pod found running after the store was lost outlives the one made to replace it', t => {
  const found = makePod({
    name: 'b-found',
    node: 'n1',
    phase: 'Pending',
    metadata: { creationTimestamp: '2023-11-14T22:10:00Z' },
  })
  found.status!.conditions = []
  const made = makePod({ name: 'a-made', node: 'n1', owner, metadata: { creationTimestamp: '2023-11-14T22:00:00Z' } })
  const plan = planReplicaSet({ replicaSet: makeReplicaSet('web', 1), pods: [found, made] }, NOW_MS)
  t.deepEqual(
    [plan.adopt.map(pod => pod.metadata.name), plan.delete.map(pod => pod.metadata.name)],
    [['b-found'], ['a-made']],
  )
})

const podShapes = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z]{1,4}$/),
    node: fc.constantFrom('n1', 'n2', ''),
    phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded'),
    readyForSeconds: fc.nat(100),
    owned: fc.constantFrom('ours', 'orphan', 'anothers'),
    matches: fc.boolean(),
  }),
  { selector: each => each.name, maxLength: 12 },
)

test('property: once a plan is carried out, planning again changes nothing', t => {
  fc.assert(
    fc.property(podShapes, fc.nat(8), (shapes, replicas) => {
      const pods = shapes.map(({ name, node, phase, readyForSeconds, owned, matches }) =>
        makePod({
          name,
          phase: phase as 'Running',
          readyForSeconds,
          ...(node !== '' && { node }),
          ...(owned !== 'orphan' && { owner: owned === 'ours' ? owner : { ...owner, uid: 'x' } }),
          ...(!matches && { metadata: { labels: { app: 'other' } } }),
        }),
      )
      const replicaSet = makeReplicaSet('web', replicas)
      const plan = planReplicaSet({ replicaSet, pods }, NOW_MS)
      const after = carryOut(pods, plan)
      const again = planReplicaSet({ replicaSet, pods: after }, NOW_MS)
      t.deepEqual(again, { adopt: [], release: [], createCount: 0, delete: [] })
    }),
  )
})

function carryOut(pods: readonly ReturnType<typeof makePod>[], plan: ReturnType<typeof planReplicaSet>) {
  const named = (list: readonly { readonly metadata: { readonly name: string } }[]) =>
    new Set(list.map(each => each.metadata.name))
  const [adopted, released, deleted] = [named(plan.adopt), named(plan.release), named(plan.delete)]
  const kept = pods
    .filter(pod => !deleted.has(pod.metadata.name))
    .map(pod => {
      if (!adopted.has(pod.metadata.name) && !released.has(pod.metadata.name)) return pod
      const { ownerReferences: _, ...metadata } = pod.metadata
      const reference = { apiVersion: 'apps/v1', controller: true, ...owner }
      return {
        ...pod,
        metadata: adopted.has(pod.metadata.name) ? { ...metadata, ownerReferences: [reference] } : metadata,
      }
    })
  const created = Array.from({ length: plan.createCount }, (_, index) => makePod({ name: `new-${index}`, owner }))
  return [...kept, ...created]
}
