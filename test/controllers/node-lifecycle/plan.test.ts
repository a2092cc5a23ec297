import test from 'ava'
import type { Toleration } from '../../../src/api/generated/types.ts'
import type { Node } from '../../../src/api/kinds/core/node.ts'
import { planEvictions } from '../../../src/controllers/node-lifecycle/evictions.ts'
import { planNode } from '../../../src/controllers/node-lifecycle/plan.ts'
import { formatTime } from '../../../src/lib/clock.ts'
import { makePod, NOW_MS } from '../objects.ts'

function node(ready: 'True' | 'False' | 'Unknown' | undefined, change: Partial<Node> = {}): Node {
  const conditions =
    ready === undefined
      ? []
      : [{ type: 'Ready', status: ready, reason: 'KubeletReady', message: '', lastTransitionTime: formatTime(0) }]
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', uid: 'n1' },
    status: { conditions },
    ...change,
  } as Node
}

function taints(of: Node, silentForMs = 0): readonly string[] {
  const { taints: planned } = planNode(of, silentForMs, NOW_MS)
  return (planned ?? of.spec?.taints ?? []).map(each => `${each.key}:${each.effect}`)
}

test('a node that is heard and ready needs nothing', t => {
  t.deepEqual(planNode(node('True'), 39_999, NOW_MS), { conditions: undefined, taints: undefined })
})

test('a node that falls silent is Unknown in everything that only it can know, and unreachable', t => {
  const plan = planNode(node('True'), 40_000, NOW_MS)
  t.deepEqual(
    plan.conditions?.map(each => [each.type, each.status, each.reason]),
    [
      ['Ready', 'Unknown', 'NodeStatusUnknown'],
      ['MemoryPressure', 'Unknown', 'NodeStatusNeverUpdated'],
      ['DiskPressure', 'Unknown', 'NodeStatusNeverUpdated'],
      ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
    ],
  )
  t.deepEqual(
    plan.taints?.map(each => [each.key, each.effect, each.timeAdded]),
    [
      ['node.kubernetes.io/unreachable', 'NoSchedule', formatTime(NOW_MS)],
      ['node.kubernetes.io/unreachable', 'NoExecute', formatTime(NOW_MS)],
    ],
  )
})

test('one that was never heard has longer', t => {
  t.is(planNode(node(undefined), 59_999, NOW_MS).conditions, undefined)
  t.is(planNode(node(undefined), 60_000, NOW_MS).conditions?.[0]?.reason, 'NodeStatusNeverUpdated')
})

test('taints follow the conditions; others stay, and times are kept', t => {
  const timeAdded = '2023-11-14T22:00:00Z'
  const present = [
    { key: 'dedicated', value: 'db', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded },
    { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule', timeAdded },
  ]
  const { taints: planned } = planNode(node('False', { spec: { taints: present } }), 0, NOW_MS)
  t.deepEqual(planned, [
    present[0]!,
    present[1]!,
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: formatTime(NOW_MS) },
  ])
  t.deepEqual(taints(node('True', { spec: { taints: present } })), ['dedicated:NoSchedule'])
  t.deepEqual(taints(node('True', { spec: { unschedulable: true } })), ['node.kubernetes.io/unschedulable:NoSchedule'])
})

test('planning twice changes nothing', t => {
  const first = planNode(node('True'), 50_000, NOW_MS)
  const after = node('True', {
    status: { conditions: first.conditions as never },
    spec: { taints: first.taints as never },
  })
  t.deepEqual(planNode(after, 60_000, NOW_MS + 10_000), { conditions: undefined, taints: undefined })
})

const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
const maintenance = { key: 'maintenance', value: 'soon', effect: 'NoExecute' }

const patience: readonly [why: string, taint: object, tolerations: Toleration[], afterSeconds: number | 'never'][] = [
  ['nothing said about a node that is gone: five minutes', unreachable, [], 300],
  ['nothing said about any other taint: at once', maintenance, [], 0],
  ['tolerated for ever', maintenance, [{ operator: 'Exists' }], 'never'],
  ['tolerated for a while', maintenance, [{ key: 'maintenance', operator: 'Exists', tolerationSeconds: 30 }], 30],
  [
    'the shortest counts',
    maintenance,
    [
      { operator: 'Exists', tolerationSeconds: 60 },
      { key: 'maintenance', value: 'soon', tolerationSeconds: 20 },
    ],
    20,
  ],
  ['another value is not tolerated', maintenance, [{ key: 'maintenance', value: 'later' }], 0],
  ['another effect is not tolerated', maintenance, [{ operator: 'Exists', effect: 'NoSchedule' }], 0],
]

for (const [why, taint, tolerations, afterSeconds] of patience) {
  test(`evictions: ${why}`, t => {
    const pod = makePod({ name: 'a', node: 'n1' })
    pod.spec!.tolerations = tolerations
    const observed = {
      node: node('Unknown', { spec: { taints: [{ ...taint, timeAdded: formatTime(NOW_MS) }] } } as Partial<Node>),
      pods: [pod],
      watchedSinceMs: NOW_MS - 1_000,
      isWholeClusterDown: false,
    }
    const at = (seconds: number) => planEvictions(observed, NOW_MS + seconds * 1000)
    if (afterSeconds === 'never') {
      t.deepEqual(at(1e9), { evict: [], nextAtMs: undefined })
      return
    }
    t.is(at(afterSeconds).evict.length, 1)
    if (afterSeconds > 0) t.deepEqual(at(afterSeconds - 1), { evict: [], nextAtMs: NOW_MS + afterSeconds * 1000 })
  })
}

test('evictions: what happened before we looked does not count, and nobody is sent away from a cluster that is all down', t => {
  const tainted = node('Unknown', {
    spec: { taints: [{ ...unreachable, timeAdded: formatTime(NOW_MS - 36_000_000) }] },
  })
  const observed = { node: tainted, pods: [makePod({ name: 'a', node: 'n1' })], watchedSinceMs: NOW_MS }
  t.is(planEvictions({ ...observed, isWholeClusterDown: false }, NOW_MS).nextAtMs, NOW_MS + 300_000)
  t.deepEqual(planEvictions({ ...observed, isWholeClusterDown: true }, NOW_MS + 1e9), {
    evict: [],
    nextAtMs: undefined,
  })
})
