import test from 'ava'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import { Event } from '../../../src/api/kinds/core/event.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { deploymentController } from '../../../src/controllers/deployment/controller.ts'
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts'
import { TestCluster } from '../test-cluster.ts'

const key = { namespace: 'default', name: 'web' }

function web(change: { image?: string; replicas?: number; spec?: object } = {}) {
  const { image = 'web:1', replicas = 3, spec } = change
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...key },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
      ...spec,
    },
  }
}

function start(): Promise<TestCluster> {
  return TestCluster.start({
    controllers: [deploymentController, replicaSetController],
    scheduler: true,
    nodes: ['node-1', 'node-2'],
  })
}

/** As `kubectl rollout status` judges it. */
async function rolledOut(cluster: TestCluster): Promise<DeepReadonly<Deployment> | false> {
  const deployment = await cluster.client.get(Deployment, key)
  const { status, spec, metadata } = deployment
  const wanted = spec?.replicas ?? 1
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    status?.replicas === status?.updatedReplicas &&
    (status?.availableReplicas ?? 0) >= wanted &&
    deployment
  )
}

async function setImage(cluster: TestCluster, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } }
  await cluster.client.patch(Deployment, key, { type: 'merge', body })
}

function condition(deployment: DeepReadonly<Deployment>, type: string) {
  return deployment.status?.conditions?.find(each => each.type === type)
}

test('a Deployment comes up, and its outcome is said in conditions and events', async t => {
  const cluster = await start()
  await cluster.create(Deployment as never, web())
  const done = await cluster.until('rolled out', () => rolledOut(cluster))
  await cluster.rest()
  t.is(done.metadata.annotations?.['deployment.kubernetes.io/revision'], '1')
  const final = await cluster.client.get(Deployment, key)
  t.is(condition(final, 'Available')?.reason, 'MinimumReplicasAvailable')
  t.is(condition(final, 'Progressing')?.reason, 'NewReplicaSetAvailable')
  const { items: sets } = await cluster.client.list(ReplicaSet, { namespace: 'default' })
  t.is(sets.length, 1)
  const { items: events } = await cluster.client.list(Event, { namespace: 'default' })
  const messages = events.map(event => `${event.reason}: ${event.message}`)
  t.true(messages.includes(`ScalingReplicaSet: Scaled up replica set ${sets[0]!.metadata.name} from 0 to 3`))
  t.is(messages.filter(message => message.startsWith('SuccessfulCreate: Created pod: web-')).length, 3)
  t.is(messages.filter(message => message.startsWith('Scheduled: Successfully assigned default/web-')).length, 3)
  const nodes = new Set((await cluster.pods()).map(pod => pod.spec?.nodeName))
  t.deepEqual([...nodes].sort(), ['node-1', 'node-2'])
  await cluster.stop()
})

test('a new template rolls out without ever having fewer than allowed, and nothing is written at rest', async t => {
  const cluster = await start()
  await cluster.create(Deployment as never, web({ replicas: 4 }))
  await cluster.until('rolled out', () => rolledOut(cluster))
  await setImage(cluster, 'web:2')
  await cluster.until('rolled out again', async () => {
    const available = (await cluster.pods()).filter(pod => pod.status?.phase === 'Running').length
    t.true(available >= 3)
    return rolledOut(cluster)
  })
  await cluster.rest()
  const pods = await cluster.pods()
  t.deepEqual(
    pods.map(pod => pod.spec?.containers[0]?.image),
    Array(4).fill('web:2'),
  )
  const before = (await cluster.client.list(ReplicaSet)).resourceVersion
  await cluster.rest(60_000)
  t.is((await cluster.client.list(ReplicaSet)).resourceVersion, before)
  await cluster.stop()
})

test('a broken rollout stops at the minimum, runs out of time, and is healed by going back', async t => {
  const cluster = await start()
  await cluster.create(Deployment as never, web({ spec: { progressDeadlineSeconds: 30 } }))
  await cluster.until('rolled out', () => rolledOut(cluster))
  await setImage(cluster, 'broken:1')
  const late = await cluster.until('deadline', async () => {
    const deployment = await cluster.client.get(Deployment, key)
    return condition(deployment, 'Progressing')?.reason === 'ProgressDeadlineExceeded' && deployment
  })
  t.is(condition(late, 'Progressing')?.status, 'False')
  t.is(condition(late, 'Available')?.status, 'True')
  t.is((await cluster.pods()).filter(pod => pod.status?.phase === 'Running').length, 3)
  await setImage(cluster, 'web:1')
  const healed = await cluster.until('healed', () => rolledOut(cluster))
  t.is(healed.metadata.annotations?.['deployment.kubernetes.io/revision'], '3')
  t.is((await cluster.client.list(ReplicaSet)).items.length, 2)
  await cluster.stop()
})

test('Recreate: never two templates at once', async t => {
  const cluster = await start()
  await cluster.create(Deployment as never, web({ spec: { strategy: { type: 'Recreate' } } }))
  await cluster.until('rolled out', () => rolledOut(cluster))
  await setImage(cluster, 'web:2')
  await cluster.until('rolled out again', async () => {
    t.true(new Set((await cluster.pods()).map(pod => pod.spec?.containers[0]?.image)).size <= 1)
    return rolledOut(cluster)
  })
  await cluster.stop()
})

test('a replica set of that name with another template: the hash is drawn again', async t => {
  const first = await start()
  await first.create(Deployment as never, web())
  await first.until('rolled out', () => rolledOut(first))
  const [own] = (await first.client.list(ReplicaSet)).items
  await first.stop()
  const cluster = await start()
  const template = { metadata: { labels: { app: 'other' } }, spec: { containers: [{ name: 'x', image: 'x' }] } }
  await cluster.create(ReplicaSet as never, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: 'default', name: own!.metadata.name },
    spec: { replicas: 0, selector: { matchLabels: { app: 'other' } }, template },
  })
  await cluster.create(Deployment as never, web())
  const done = await cluster.until('rolled out', () => rolledOut(cluster))
  t.is(done.status?.collisionCount, 1)
  t.is((await cluster.client.list(ReplicaSet)).items.length, 2)
  await cluster.stop()
})

test('after the store is wiped, running pods are adopted again: same template, same names', async t => {
  const first = await start()
  await first.create(Deployment as never, web())
  await first.until('rolled out', () => rolledOut(first))
  const running = await first.pods()
  await first.stop()
  const second = await TestCluster.start({ nodes: ['node-1', 'node-2'] })
  await registerAgain(second, running)
  second.startControllers([deploymentController, replicaSetController])
  await second.create(Deployment as never, web())
  await second.until('rolled out', () => rolledOut(second))
  await second.rest()
  t.deepEqual(await namesOf(second), running.map(pod => pod.metadata.name).sort())
  await second.stop()
})

test('also when replacements were made before the agents had found their pods again', async t => {
  const first = await start()
  await first.create(Deployment as never, web())
  await first.until('rolled out', () => rolledOut(first))
  const running = await first.pods()
  await first.stop()
  const second = await TestCluster.start({
    controllers: [deploymentController, replicaSetController],
    scheduler: true,
    nodes: ['node-1'],
  })
  second.broken = 'web'
  await second.create(Deployment as never, web())
  await second.until('replacements are placed', async () => {
    const pods = await second.pods()
    return pods.length === 3 && pods.every(pod => pod.spec?.nodeName)
  })
  await registerAgain(second, running)
  await second.rest()
  t.deepEqual(await namesOf(second), running.map(pod => pod.metadata.name).sort())
  await second.stop()
})

async function registerAgain(cluster: TestCluster, pods: readonly DeepReadonly<Pod>[]): Promise<void> {
  for (const { metadata, spec } of pods) {
    const { name, namespace, labels } = metadata
    await cluster.create(Pod as never, { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec })
    await cluster.rest(100)
  }
}

async function namesOf(cluster: TestCluster): Promise<readonly string[]> {
  return (await cluster.pods()).map(pod => pod.metadata.name).sort()
}
