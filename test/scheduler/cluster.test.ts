import test from 'ava'
import fc from 'fast-check'
import { ClusterState } from '../../src/scheduler/cluster.ts'
import { makeCluster, makeNode, makePodView } from './objects.ts'

test('pods count where they stand, also before their node is known', t => {
  const cluster = new ClusterState()
  cluster.setPod(makePodView('p', { cpu: '1' }), 'late')
  t.is(cluster.nodes.length, 0)
  cluster.setNode(makeNode('late'))
  t.is(cluster.nodes[0]?.requested['cpu'], 1000)
  cluster.removeNode('late')
  t.is(cluster.nodes.length, 0)
  cluster.setNode(makeNode('late'))
  t.is(cluster.nodes[0]?.requested['cpu'], 1000)
  t.true(cluster.removePod('uid-p'))
  t.false(cluster.removePod('uid-p'))
  t.is(cluster.nodes[0]?.requested['cpu'] ?? 0, 0)
})

const change = fc.record({ pod: fc.nat(9), node: fc.nat(3), cpu: fc.nat(900), removes: fc.boolean() })

test('property: small steps give what counting from the start would', t => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), changes => {
      const cluster = makeCluster(Array.from({ length: 4 }, (_, index) => makeNode(`n${index}`)))
      const expected = new Map<number, { node: string; cpu: number }>()
      for (const { pod, node, cpu, removes } of changes) {
        if (removes) {
          cluster.removePod(`uid-p${pod}`)
          expected.delete(pod)
        } else {
          cluster.setPod(makePodView(`p${pod}`, { cpu: `${cpu}m` }), `n${node}`)
          expected.set(pod, { node: `n${node}`, cpu })
        }
      }
      for (const node of cluster.nodes) {
        const here = [...expected.values()].filter(each => each.node === node.name)
        t.is(node.pods.size, here.length)
        t.is(
          node.requested['cpu'] ?? 0,
          here.reduce((sum, each) => sum + each.cpu, 0),
        )
      }
    }),
    { numRuns: 100 },
  )
})
