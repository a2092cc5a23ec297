import test from 'ava'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Service } from '../../../src/api/kinds/core/service.ts'
import { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'
import { endpointSliceController } from '../../../src/controllers/endpointslices/controller.ts'
import { TestCluster } from '../test-cluster.ts'

async function slicesOf(cluster: TestCluster) {
  return (await cluster.client.list(EndpointSlice, { namespace: 'default' })).items
}

async function ready(cluster: TestCluster): Promise<readonly (string | undefined)[]> {
  const endpoints = (await slicesOf(cluster)).flatMap(slice => slice.endpoints)
  return endpoints
    .filter(each => each.conditions?.ready)
    .map(each => each.targetRef?.name)
    .sort()
}

test('slices follow the pods that a service selects', async t => {
  const cluster = await TestCluster.start({ controllers: [endpointSliceController], nodes: ['node-1'] })
  const pod = (name: string, app: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name, labels: { app } },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'web:1' }] },
  })
  for (const [name, app] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'other'],
  ] as const)
    await cluster.create(Pod as never, pod(name, app))
  await cluster.create(Service as never, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  await cluster.rest()
  t.deepEqual(await ready(cluster), ['a', 'b'])
  const relabel = (name: string, app: string) =>
    cluster.client.patch(
      Pod,
      { namespace: 'default', name },
      { type: 'merge', body: { metadata: { labels: { app } } } },
    )
  await relabel('a', 'debug')
  await relabel('c', 'web')
  await cluster.rest()
  t.deepEqual(await ready(cluster), ['b', 'c'])
  const before = (await slicesOf(cluster)).map(slice => slice.metadata.resourceVersion)
  await cluster.rest(60_000)
  t.deepEqual(
    (await slicesOf(cluster)).map(slice => slice.metadata.resourceVersion),
    before,
  )
  await cluster.stop()
})

test('the slices of a service without a selector are left alone', async t => {
  const cluster = await TestCluster.start({ controllers: [endpointSliceController] })
  await cluster.create(Service as never, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'manual' },
    spec: { ports: [{ port: 80 }] },
  })
  await cluster.create(EndpointSlice as never, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: 'manual-1', labels: { 'kubernetes.io/service-name': 'manual' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 80 }],
  })
  await cluster.rest()
  const slices = await slicesOf(cluster)
  t.deepEqual(
    slices.map(slice => slice.endpoints.map(each => each.addresses)),
    [[['192.0.2.1']]],
  )
  await cluster.stop()
})
