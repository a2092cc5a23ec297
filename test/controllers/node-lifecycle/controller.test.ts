import test from 'ava'
import { Lease } from '../../../src/api/kinds/coordination/lease.ts'
import { Node } from '../../../src/api/kinds/core/node.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { nodeLifecycleController } from '../../../src/controllers/node-lifecycle/controller.ts'
import { formatMicroTime } from '../../../src/lib/clock.ts'
import { TestCluster } from '../test-cluster.ts'

const namespace = 'kube-node-lease'

async function start(): Promise<TestCluster> {
  const cluster = await TestCluster.start({ controllers: [nodeLifecycleController()], nodes: ['alive', 'lost'] })
  for (const name of ['alive', 'lost'])
    await cluster.create(Lease as never, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name },
      spec: { holderIdentity: name, renewTime: formatMicroTime(cluster.clock.now()) },
    })
  return cluster
}

async function beat(cluster: TestCluster, seconds: number, ...names: readonly string[]): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    await cluster.rest(10_000)
    for (const name of names)
      await cluster.client.patch(
        Lease,
        { namespace, name },
        { type: 'merge', body: { spec: { renewTime: formatMicroTime(cluster.clock.now()) } } },
      )
  }
}

async function readiness(cluster: TestCluster): Promise<Record<string, string | undefined>> {
  const { items } = await cluster.client.list(Node)
  return Object.fromEntries(
    items.map(node => [node.metadata.name, node.status?.conditions?.find(each => each.type === 'Ready')?.status]),
  )
}

test('a node that stops renewing its lease is Unknown, its pods are not ready and leave after their time', async t => {
  const cluster = await start()
  await cluster.create(Pod as never, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name: 'web' },
    spec: { nodeName: 'lost', containers: [{ name: 'web', image: 'web:1' }] },
  })
  await beat(cluster, 120, 'alive', 'lost')
  t.deepEqual(await readiness(cluster), { alive: 'True', lost: 'True' })
  await beat(cluster, 60, 'alive')
  t.deepEqual(await readiness(cluster), { alive: 'True', lost: 'Unknown' })
  const [pod] = await cluster.pods()
  t.is(pod?.status?.conditions?.find(each => each.type === 'Ready')?.status, 'False')
  t.is(pod?.metadata.deletionTimestamp, undefined)
  await beat(cluster, 310, 'alive')
  t.deepEqual(await cluster.pods(), [])
  const { spec } = await cluster.client.get(Node, { name: 'alive' })
  t.deepEqual(spec?.taints ?? [], [])
  await cluster.stop()
})

test('at rest, with renewals, nothing is written', async t => {
  const cluster = await start()
  await beat(cluster, 30, 'alive', 'lost')
  const before = (await cluster.client.list(Node)).resourceVersion
  await beat(cluster, 120, 'alive', 'lost')
  t.is((await cluster.client.list(Node)).resourceVersion, before)
  await cluster.stop()
})
