import test from 'ava'
import { apiError } from '../../../src/api/api-error.ts'
import { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import { Event } from '../../../src/api/kinds/core/event.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts'
import type { AdmissionPlugin } from '../../../src/registry/admission.ts'
import { TestCluster } from '../test-cluster.ts'

const key = { namespace: 'default', name: 'web' }

function start(admission: readonly AdmissionPlugin[] = []): Promise<TestCluster> {
  return TestCluster.start({ controllers: [replicaSetController], scheduler: true, nodes: ['node-1'], admission })
}

function replicaSet(replicas: number, spec = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: key,
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' }, annotations: { note: 'kept' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
      ...spec,
    },
  }
}

function orphan(name: string, app: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name, labels: { app } },
    spec: { containers: [{ name: 'web', image: 'web:0' }] },
  }
}

async function owned(cluster: TestCluster): Promise<readonly string[]> {
  const pods = (await cluster.pods()).filter(pod => pod.metadata.ownerReferences?.[0]?.name === 'web')
  return pods.map(pod => pod.metadata.name)
}

test('pods are made from the template, owned, counted, and made again when deleted', async t => {
  const cluster = await start()
  await cluster.create(ReplicaSet as never, replicaSet(2))
  await cluster.rest()
  const [pod] = await cluster.pods()
  t.regex(pod!.metadata.name, /^web-[a-z0-9]{5}$/)
  t.is(pod!.metadata.annotations?.['note'], 'kept')
  t.like(pod!.metadata.ownerReferences?.[0], {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web',
    controller: true,
    blockOwnerDeletion: true,
  })
  await cluster.client.delete(Pod, { namespace: 'default', name: pod!.metadata.name })
  await cluster.rest()
  t.is((await owned(cluster)).length, 2)
  const { status } = await cluster.client.get(ReplicaSet, key)
  t.deepEqual(status, {
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  })
  await cluster.stop()
})

test('matching orphans are adopted instead of making new pods; a pod that is relabelled is let go', async t => {
  const cluster = await start()
  await cluster.create(Pod as never, orphan('mine', 'web'))
  await cluster.create(Pod as never, orphan('other', 'db'))
  await cluster.create(ReplicaSet as never, replicaSet(1))
  await cluster.rest()
  t.deepEqual(await owned(cluster), ['mine'])
  const body = { metadata: { labels: { app: 'debug' } } }
  await cluster.client.patch(Pod, { namespace: 'default', name: 'mine' }, { type: 'merge', body })
  await cluster.rest()
  const names = await owned(cluster)
  t.is(names.length, 1)
  t.not(names[0], 'mine')
  const released = await cluster.client.get(Pod, { namespace: 'default', name: 'mine' })
  t.deepEqual(released.metadata.ownerReferences ?? [], [])
  await cluster.stop()
})

test('pods that may not be made: the status says why, the event too, and it goes on once they may', async t => {
  let isRefusing = true
  const quota: AdmissionPlugin = {
    name: 'Quota',
    async validate({ operation, served }) {
      if (isRefusing && operation === 'CREATE' && served.kind.kind === 'Pod')
        throw apiError('Forbidden', 'exceeded quota: no pods today')
    },
  }
  const cluster = await start([quota])
  await cluster.create(ReplicaSet as never, replicaSet(3))
  await cluster.rest()
  const { status } = await cluster.client.get(ReplicaSet, key)
  t.like(status?.conditions?.[0], {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'exceeded quota: no pods today',
  })
  const { items: events } = await cluster.client.list(Event, { namespace: 'default' })
  t.like(events[0], {
    type: 'Warning',
    reason: 'FailedCreate',
    message: 'Error creating: exceeded quota: no pods today',
  })
  isRefusing = false
  await cluster.until('pods are made', async () => (await owned(cluster)).length === 3)
  await cluster.rest()
  t.deepEqual((await cluster.client.get(ReplicaSet, key)).status?.conditions ?? [], [])
  await cluster.stop()
})

test('minReadySeconds: a ready pod is available only after a while, and nothing is asked meanwhile', async t => {
  const cluster = await start()
  await cluster.create(ReplicaSet as never, replicaSet(1, { minReadySeconds: 30 }))
  await cluster.rest(10_000)
  t.like((await cluster.client.get(ReplicaSet, key)).status, { readyReplicas: 1, availableReplicas: 0 })
  const before = (await cluster.client.get(ReplicaSet, key)).metadata.resourceVersion
  await cluster.rest(15_000)
  t.is((await cluster.client.get(ReplicaSet, key)).metadata.resourceVersion, before)
  await cluster.rest(10_000)
  t.like((await cluster.client.get(ReplicaSet, key)).status, { readyReplicas: 1, availableReplicas: 1 })
  await cluster.stop()
})
