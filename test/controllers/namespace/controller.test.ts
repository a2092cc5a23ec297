import test from 'ava'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { namespaceController } from '../../../src/controllers/namespace/controller.ts'
import { rootCaController } from '../../../src/controllers/root-ca/controller.ts'
import { serviceAccountController } from '../../../src/controllers/service-account/controller.ts'
import { TestCluster } from '../test-cluster.ts'

const controllers = [namespaceController, serviceAccountController, rootCaController('PEM')]

async function withNamespace(): Promise<TestCluster> {
  const cluster = await TestCluster.start({ controllers, nodes: ['node-1'] })
  await cluster.create(Namespace as never, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  return cluster
}

test('a namespace has its service account and the root certificate, also after somebody removes them', async t => {
  const cluster = await withNamespace()
  await cluster.rest()
  const key = { namespace: 'shop', name: 'kube-root-ca.crt' }
  t.deepEqual((await cluster.client.get(ConfigMap, key)).data, { 'ca.crt': 'PEM' })
  await cluster.client.patch(ConfigMap, key, { type: 'merge', body: { data: { 'ca.crt': 'forged' } } })
  await cluster.rest()
  t.deepEqual((await cluster.client.get(ConfigMap, key)).data, { 'ca.crt': 'PEM' })
  await cluster.client.delete(ConfigMap, key)
  await cluster.rest()
  t.deepEqual((await cluster.client.get(ConfigMap, key)).data, { 'ca.crt': 'PEM' })
  await cluster.stop()
})

test('a deleted namespace takes everything in it along, and waits for pods and finalizers', async t => {
  const cluster = await withNamespace()
  await cluster.create(Pod as never, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'web:1' }] },
  })
  await cluster.create(ConfigMap as never, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'shop', name: 'held', finalizers: ['example.com/hold'] },
  })
  await cluster.rest()
  await cluster.client.delete(Namespace, { name: 'shop' })
  await cluster.rest(5_000)
  const waiting = await cluster.client.get(Namespace, { name: 'shop' })
  t.is(waiting.status?.phase, 'Terminating')
  t.deepEqual(Object.fromEntries(waiting.status?.conditions?.map(({ type, message }) => [type, message]) ?? []), {
    NamespaceDeletionContentFailure: 'All content successfully deleted, may be waiting on finalization',
    NamespaceContentRemaining: 'Some resources are remaining: configmaps has 1 resource instances',
    NamespaceFinalizersRemaining:
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  })
  const key = { namespace: 'shop', name: 'held' }
  await cluster.client.patch(ConfigMap, key, { type: 'merge', body: { metadata: { finalizers: null } } })
  await cluster.until('gone', async () => {
    const { items } = await cluster.client.list(Namespace)
    return items.every(each => each.metadata.name !== 'shop')
  })
  t.deepEqual(await cluster.pods('shop'), [])
  await cluster.stop()
})
