import test from 'ava'
import fc from 'fast-check'
import type { Node } from '../../src/api/kinds/core/node.ts'
import type { PodView } from '../../src/scheduler/cluster.ts'
import { planPlacement } from '../../src/scheduler/plan.ts'
import { makeCluster, makeNode, makePodView } from './objects.ts'

type Placed = Readonly<Record<string, readonly PodView[]>>

function messageOf(pod: PodView, nodes: readonly Node[], placed: Placed = {}): string {
  const placement = planPlacement(pod, makeCluster(nodes, placed), 0)
  return placement.type === 'node' ? `-> ${placement.nodeName}` : placement.message
}

const noSchedule = { key: 'dedicated', value: 'db', effect: 'NoSchedule' }
const requiredZone = (operator: string, values?: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator, ...(values && { values }) }] }],
      },
    },
  },
})
const nearWeb = {
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'zone' },
      ],
    },
  },
}
const awayFromWeb = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
}
const spread = {
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
}
const web = (name: string, spec = {}) => makePodView(name, { labels: { app: 'web' }, spec })
const inZone = (name: string, zone: string) => makeNode(name, { labels: { zone } })

const table: readonly [why: string, pod: PodView, nodes: readonly Node[], placed: Placed, outcome: string][] = [
  ['no nodes', makePodView('p'), [], {}, 'no nodes available to schedule pods'],
  ['one that fits', makePodView('p', { cpu: '1' }), [makeNode('a')], {}, '-> a'],
  [
    'several reasons, counted and sorted',
    makePodView('p', { cpu: '3', memory: '100Gi' }),
    [makeNode('a'), makeNode('b', { cpu: '1' }), makeNode('c', { taints: [noSchedule] })],
    {},
    '0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}, 2 Insufficient memory.',
  ],
  [
    'pods on the node count',
    makePodView('p', { cpu: '3' }),
    [makeNode('a')],
    { a: [makePodView('q', { cpu: '1500m' })] },
    '0/1 nodes are available: 1 Insufficient cpu.',
  ],
  [
    'so does their number',
    makePodView('p'),
    [makeNode('a', { pods: '1' })],
    { a: [makePodView('q')] },
    '0/1 nodes are available: 1 Too many pods.',
  ],
  [
    'cordoned',
    makePodView('p'),
    [makeNode('a', { unschedulable: true })],
    {},
    '0/1 nodes are available: 1 node(s) were unschedulable.',
  ],
  [
    'cordoned, tolerated',
    makePodView('p', { spec: { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] } }),
    [makeNode('a', { unschedulable: true })],
    {},
    '-> a',
  ],
  [
    'tainted, tolerated',
    makePodView('p', { spec: { tolerations: [{ key: 'dedicated', value: 'db' }] } }),
    [makeNode('a', { taints: [noSchedule] })],
    {},
    '-> a',
  ],
  [
    'node selector',
    makePodView('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
    [makeNode('a')],
    {},
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ],
  [
    'node selector found',
    makePodView('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
    [makeNode('a'), makeNode('b', { labels: { disk: 'ssd' } })],
    {},
    '-> b',
  ],
  [
    'affinity In',
    makePodView('p', { spec: requiredZone('In', ['x']) }),
    [inZone('a', 'y'), inZone('b', 'x')],
    {},
    '-> b',
  ],
  [
    'affinity NotIn',
    makePodView('p', { spec: requiredZone('NotIn', ['y']) }),
    [inZone('a', 'y'), makeNode('b')],
    {},
    '-> b',
  ],
  [
    'affinity Exists',
    makePodView('p', { spec: requiredZone('Exists') }),
    [makeNode('a'), inZone('b', 'x')],
    {},
    '-> b',
  ],
  [
    'affinity Gt',
    makePodView('p', { spec: requiredZone('Gt', ['5']) }),
    [inZone('a', '5'), inZone('b', '10')],
    {},
    '-> b',
  ],
  [
    'host port taken',
    makePodView('p', { hostPort: 80 }),
    [makeNode('a')],
    { a: [makePodView('q', { hostPort: 80 })] },
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  ],
  [
    'near others',
    makePodView('p', { spec: nearWeb }),
    [inZone('a', 'x'), inZone('b', 'y'), inZone('c', 'y')],
    { b: [web('q')], a: [] },
    '-> c',
  ],
  [
    'near others that are nowhere',
    makePodView('p', { spec: nearWeb }),
    [inZone('a', 'x')],
    {},
    "0/1 nodes are available: 1 node(s) didn't match pod affinity rules.",
  ],
  ['near its own kind, the first', web('p', nearWeb), [inZone('a', 'x')], {}, '-> a'],
  [
    'away from others',
    makePodView('p', { spec: awayFromWeb }),
    [makeNode('a')],
    { a: [web('q')] },
    "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.",
  ],
  [
    'others want to be away from it',
    web('p'),
    [makeNode('a'), makeNode('b')],
    { a: [makePodView('q', { spec: awayFromWeb })], b: [makePodView('r', { spec: awayFromWeb })] },
    "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules.",
  ],
  ['spread over zones', web('p', spread), [inZone('a', 'x'), inZone('b', 'y')], { a: [web('q')] }, '-> b'],
  [
    'spread over zones, none allowed',
    web('p', spread),
    [inZone('a', 'x'), makeNode('b', { labels: { zone: 'y' }, cpu: '0', pods: '0' })],
    { a: [web('q')] },
    "0/2 nodes are available: 1 Too many pods, 1 node(s) didn't match pod topology spread constraints.",
  ],
]

for (const [why, pod, nodes, placed, outcome] of table) {
  test(why, t => t.is(messageOf(pod, nodes, placed), outcome))
}

test('the emptier node is preferred, the pods of one owner are spread', t => {
  const busy = makeCluster([makeNode('a'), makeNode('b')], { a: [makePodView('q', { cpu: '2' })] })
  t.deepEqual(planPlacement(makePodView('p', { cpu: '1' }), busy, 0.99), { type: 'node', nodeName: 'b' })
  const sibling = makePodView('q', { owner: 'o', cpu: '100m' })
  const spreadOut = makeCluster([makeNode('a'), makeNode('b')], {
    a: [sibling],
    b: [makePodView('r', { cpu: '200m' })],
  })
  t.deepEqual(planPlacement(makePodView('p', { owner: 'o', cpu: '100m' }), spreadOut, 0), {
    type: 'node',
    nodeName: 'b',
  })
})

test('preferred affinity and soft taints decide among nodes that fit', t => {
  const preference = { matchExpressions: [{ key: 'disk', operator: 'Exists' }] }
  const spec = {
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference }] } },
  }
  const nodes = [makeNode('a'), makeNode('b', { labels: { disk: 'ssd' } })]
  t.deepEqual(planPlacement(makePodView('p', { spec }), makeCluster(nodes), 0), { type: 'node', nodeName: 'b' })
  const soft = makeNode('a', { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] })
  t.deepEqual(planPlacement(makePodView('p'), makeCluster([soft, makeNode('b')]), 0), { type: 'node', nodeName: 'b' })
})

test('equally good nodes: the number drawn decides, nothing else', t => {
  const cluster = makeCluster([makeNode('a'), makeNode('b'), makeNode('c')])
  const drawn = [0, 0.34, 0.99].map(draw => planPlacement(makePodView('p'), cluster, draw))
  t.deepEqual(
    drawn.map(each => each.type === 'node' && each.nodeName),
    ['a', 'b', 'c'],
  )
})

const amounts = fc.record({ cpu: fc.integer({ min: 0, max: 3000 }), memory: fc.integer({ min: 0, max: 4000 }) })

test('property: no node is ever over its allocatable, and who waits fits nowhere', t => {
  fc.assert(
    fc.property(
      fc.array(amounts, { maxLength: 40 }),
      fc.array(amounts, { minLength: 1, maxLength: 4 }),
      (pods, sizes) => {
        const nodes = sizes.map(({ cpu, memory }, index) =>
          makeNode(`n${index}`, { cpu: `${cpu * 2}m`, memory: `${memory * 2}Mi`, pods: '8' }),
        )
        const cluster = makeCluster(nodes)
        for (const [index, { cpu, memory }] of pods.entries()) {
          const pod = makePodView(`p${index}`, { cpu: `${cpu}m`, memory: `${memory}Mi` })
          const placement = planPlacement(pod, cluster, (index * 0.37) % 1)
          if (placement.type === 'node') cluster.setPod(pod, placement.nodeName)
          else t.true(cluster.nodes.every(node => !hasRoom(node, pod)))
          for (const node of cluster.nodes) {
            t.true((node.requested['cpu'] ?? 0) <= node.allocatable['cpu']!)
            t.true((node.requested['memory'] ?? 0) <= node.allocatable['memory']!)
            t.true(node.pods.size <= 8)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})

function hasRoom(
  node: {
    allocatable: Readonly<Record<string, number>>
    requested: Readonly<Record<string, number>>
    pods: ReadonlyMap<string, unknown>
  },
  pod: PodView,
): boolean {
  const fits = (name: string) => (node.requested[name] ?? 0) + (pod.requests[name] ?? 0) <= node.allocatable[name]!
  return fits('cpu') && fits('memory') && node.pods.size < 8
}
