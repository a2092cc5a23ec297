import test from 'ava'
import { Node } from '../../../src/api/kinds/core/node.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { podGarbageCollector } from '../../../src/controllers/pod-garbage-collector/controller.ts'
import { TestCluster } from '../test-cluster.ts'

function pod(name: string, nodeName: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name },
    spec: { nodeName, containers: [{ name: 'web', image: 'web:1' }] },
  }
}

async function names(cluster: TestCluster): Promise<readonly string[]> {
  return (await cluster.pods()).map(each => each.metadata.name)
}

test('pods of a deleted node go after a while, all others stay', async t => {
  const cluster = await TestCluster.start({ controllers: [podGarbageCollector()], nodes: ['stays', 'goes'] })
  await cluster.create(Pod as never, pod('a', 'stays'))
  await cluster.create(Pod as never, pod('b', 'goes'))
  await cluster.rest()
  await cluster.client.delete(Node, { name: 'goes' })
  await cluster.rest(30_000)
  t.deepEqual(await names(cluster), ['a', 'b'])
  await cluster.rest(20_000)
  t.deepEqual(await names(cluster), ['a'])
  await cluster.stop()
})

test('a node that registers again in time keeps its pods', async t => {
  const cluster = await TestCluster.start({ controllers: [podGarbageCollector()], nodes: ['n1'] })
  await cluster.create(Pod as never, pod('a', 'n1'))
  await cluster.client.delete(Node, { name: 'n1' })
  await cluster.rest(30_000)
  await cluster.addNode('n1')
  await cluster.rest(60_000)
  t.deepEqual(await names(cluster), ['a'])
  await cluster.stop()
})
