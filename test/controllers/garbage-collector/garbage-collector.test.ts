import test from 'ava'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import type { DeepReadonly, ObjectMeta, OwnerReference } from '../../../src/api/object.ts'
import type { GarbageCollectorOptions } from '../../../src/controllers/garbage-collector/garbage-collector.ts'
import { garbageCollector } from '../../../src/controllers/garbage-collector/garbage-collector.ts'
import { TestCluster } from '../test-cluster.ts'

type Map = DeepReadonly<ConfigMap>

function start(options: GarbageCollectorOptions = {}): Promise<TestCluster> {
  return TestCluster.start({ controllers: [garbageCollector(options)] })
}

function make(cluster: TestCluster, name: string, owners: readonly Map[] = [], metadata: Partial<ObjectMeta> = {}) {
  const ownerReferences = owners.map(refer)
  return cluster.create<ConfigMap>(ConfigMap as never, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name, ...(owners.length > 0 && { ownerReferences }), ...metadata },
  })
}

function refer({ metadata }: Map): OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid!, blockOwnerDeletion: true }
}

async function names(cluster: TestCluster): Promise<string> {
  const { items } = await cluster.client.list(ConfigMap, { namespace: 'default' })
  return items
    .map(each => each.metadata.name)
    .sort()
    .join()
}

function remove(cluster: TestCluster, name: string, propagation: 'Background' | 'Foreground' | 'Orphan') {
  return cluster.client.delete(ConfigMap, { namespace: 'default', name }, { propagation })
}

test('Background: dependents go, and theirs, once all their owners are gone', async t => {
  const cluster = await start()
  const [a, b] = [await make(cluster, 'a'), await make(cluster, 'b')]
  const c = await make(cluster, 'c', [a])
  await make(cluster, 'd', [c])
  await make(cluster, 'shared', [a, b])
  await cluster.rest()
  t.is(await names(cluster), 'a,b,c,d,shared')
  await remove(cluster, 'a', 'Background')
  await cluster.rest()
  t.is(await names(cluster), 'b,shared')
  const shared = await cluster.client.get(ConfigMap, { namespace: 'default', name: 'shared' })
  t.deepEqual(
    shared.metadata.ownerReferences?.map(each => each.name),
    ['b'],
  )
  await cluster.stop()
})

test('Foreground: the owner stays until its dependents are gone', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  const b = await make(cluster, 'b', [a])
  await make(cluster, 'held', [b], { finalizers: ['example.com/hold'] })
  await cluster.rest()
  await remove(cluster, 'a', 'Foreground')
  await cluster.rest()
  t.is(await names(cluster), 'a,b,held')
  await cluster.client.patch(
    ConfigMap,
    { namespace: 'default', name: 'held' },
    { type: 'merge', body: { metadata: { finalizers: null } } },
  )
  await cluster.rest()
  t.is(await names(cluster), '')
  await cluster.stop()
})

test('Orphan: the owner goes, its dependents stay without it', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  await make(cluster, 'b', [a])
  await cluster.rest()
  await remove(cluster, 'a', 'Orphan')
  await cluster.rest()
  t.is(await names(cluster), 'b')
  const b = await cluster.client.get(ConfigMap, { namespace: 'default', name: 'b' })
  t.deepEqual(b.metadata.ownerReferences ?? [], [])
  await cluster.stop()
})

test('a circle of owners does not block: all of it goes', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  const b = await make(cluster, 'b', [a])
  const c = await make(cluster, 'c', [b])
  const body = { metadata: { ownerReferences: [{ ...refer(c) }] } }
  await cluster.client.patch(ConfigMap, { namespace: 'default', name: 'a' }, { type: 'merge', body })
  await cluster.rest()
  t.is(await names(cluster), 'a,b,c')
  await remove(cluster, 'a', 'Foreground')
  await cluster.rest(10_000)
  t.is(await names(cluster), '')
  await cluster.stop()
})

test('two owners, one waiting in the foreground: the dependent stays with the other', async t => {
  const cluster = await start()
  const [a, b] = [await make(cluster, 'a'), await make(cluster, 'b')]
  await make(cluster, 'both', [a, b])
  await cluster.rest()
  await remove(cluster, 'a', 'Foreground')
  await cluster.rest()
  t.is(await names(cluster), 'b,both')
  await cluster.stop()
})

test('an owner that never was, or was another of that name: the dependent goes', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  const stranger = { ...a, metadata: { ...a.metadata, uid: '00000000-0000-4000-8000-000000000000' } }
  await make(cluster, 'b', [stranger])
  await cluster.rest()
  t.is(await names(cluster), 'a')
  await cluster.stop()
})

test('an owner of a kind that is not served is unknown, which is not absent', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  const ownerReferences = [{ ...refer(a), kind: 'Mystery', apiVersion: 'example.com/v1', name: 'gone' }]
  await make(cluster, 'b', [], { ownerReferences })
  await cluster.rest()
  t.is(await names(cluster), 'a,b')
  await cluster.stop()
})

test('an object outside namespaces cannot be owned by one inside: it stays', async t => {
  const cluster = await start()
  const a = await make(cluster, 'a')
  const metadata = { name: 'owned', ownerReferences: [refer(a)] }
  await cluster.create(Namespace as never, { apiVersion: 'v1', kind: 'Namespace', metadata })
  await remove(cluster, 'a', 'Background')
  await cluster.rest()
  const kept = await cluster.client.get(Namespace, { name: 'owned' })
  t.is(kept.metadata.deletionTimestamp, undefined)
  await cluster.stop()
})

test('nothing is collected before what it waits for has happened', async t => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cluster = await start({ waitFor: promise })
  const a = await make(cluster, 'a')
  await make(cluster, 'b', [a])
  await remove(cluster, 'a', 'Background')
  await cluster.rest()
  t.is(await names(cluster), 'b')
  resolve()
  await cluster.rest()
  t.is(await names(cluster), '')
  await cluster.stop()
})
