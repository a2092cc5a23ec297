import test from 'ava'
import { Event } from '../../src/api/kinds/core/event.ts'
import { Node } from '../../src/api/kinds/core/node.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { TestCluster } from '../controllers/test-cluster.ts'

async function createPod(cluster: TestCluster, name: string, cpu: string, spec = {}): Promise<void> {
  await cluster.create(Pod as never, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name },
    spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }], ...spec },
  })
}

async function placements(cluster: TestCluster): Promise<Record<string, string | undefined>> {
  return Object.fromEntries((await cluster.pods()).map(pod => [pod.metadata.name, pod.spec?.nodeName]))
}

test('a pod that fits nowhere says why, and is placed when there is room', async t => {
  const cluster = await TestCluster.start({ scheduler: true, nodes: ['small'] })
  await createPod(cluster, 'big', '6')
  await cluster.rest()
  const message = '0/1 nodes are available: 1 Insufficient cpu.'
  const [waiting] = await cluster.pods()
  t.like(
    waiting?.status?.conditions?.find(each => each.type === 'PodScheduled'),
    { status: 'False', reason: 'Unschedulable', message },
  )
  const { items: events } = await cluster.client.list(Event, { namespace: 'default' })
  t.like(events[0], {
    type: 'Warning',
    reason: 'FailedScheduling',
    message,
    source: { component: 'default-scheduler' },
  })
  await cluster.addNode('large', { cpu: '8' })
  await cluster.rest(3_000)
  t.deepEqual(await placements(cluster), { big: 'large' })
  await cluster.stop()
})

test('many at once: no node gets more than it has, and those left over take the room that is freed', async t => {
  const cluster = await TestCluster.start({ scheduler: true, nodes: ['a', 'b'] })
  await Promise.all(Array.from({ length: 40 }, (_, index) => createPod(cluster, `p${index}`, '500m')))
  await cluster.rest(3_000)
  const count = async () => {
    const counts: Record<string, number> = {}
    for (const node of Object.values(await placements(cluster))) counts[node ?? ''] = (counts[node ?? ''] ?? 0) + 1
    return counts
  }
  t.deepEqual(await count(), { a: 8, b: 8, '': 24 })
  const [gone] = (await cluster.pods()).filter(pod => pod.spec?.nodeName === 'a')
  await cluster.client.delete(Pod, { namespace: 'default', name: gone!.metadata.name }, { gracePeriodSeconds: 0 })
  await cluster.rest(15_000)
  t.deepEqual(await count(), { a: 8, b: 8, '': 23 })
  await cluster.stop()
})

test('only pods of this scheduler are touched, and none that a gate holds', async t => {
  const cluster = await TestCluster.start({ scheduler: true, nodes: ['a'] })
  await createPod(cluster, 'theirs', '1', { schedulerName: 'other' })
  await createPod(cluster, 'gated', '1', { schedulingGates: [{ name: 'example.com/wait' }] })
  await createPod(cluster, 'ours', '1')
  await cluster.rest()
  t.deepEqual(await placements(cluster), { theirs: undefined, gated: undefined, ours: 'a' })
  await cluster.stop()
})

test('a cordoned node takes nothing until it is uncordoned', async t => {
  const cluster = await TestCluster.start({ scheduler: true, nodes: ['a'] })
  const cordon = (unschedulable: boolean) =>
    cluster.client.patch(Node, { name: 'a' }, { type: 'merge', body: { spec: { unschedulable } } })
  await cordon(true)
  await createPod(cluster, 'p', '1')
  await cluster.rest(5_000)
  t.deepEqual(await placements(cluster), { p: undefined })
  await cordon(false)
  await cluster.rest()
  t.deepEqual(await placements(cluster), { p: 'a' })
  await cluster.stop()
})
