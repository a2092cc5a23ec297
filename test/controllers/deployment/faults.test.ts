import test from 'ava'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import { startControllers } from '../../../src/control/start-controllers.ts'
import { deploymentController } from '../../../src/controllers/deployment/controller.ts'
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { randomFraction, randomInt } from '../../../src/lib/random.ts'
import { SeededRandom } from '../../simulation/world/seeded-random.ts'
import { TestCluster } from '../test-cluster.ts'

const key = { namespace: 'default', name: 'web' }
const REPLICAS = 4
const MAX_SURGE = 1
const MAX_UNAVAILABLE = 1
const ROUNDS = 40
const WRITES = new Set(['create', 'update', 'patch', 'delete'])

/** Loses a share of the writes, and of the answers to writes that were made. */
function flaky(client: Client, random: SeededRandom, isBad: () => boolean): Client {
  return new Proxy(client, {
    get(target, property: keyof Client) {
      const value = target[property]
      if (typeof value !== 'function') return value
      if (!WRITES.has(property)) return value.bind(target)
      return async (...args: never[]) => {
        const fate = isBad() ? randomFraction(random) : 1
        if (fate < 0.1) throw new Error('request lost')
        const answer = await (value as (...args: never[]) => unknown).apply(target, args)
        if (fate < 0.2) throw new Error('answer lost')
        return answer
      }
    },
  })
}

function web(image: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...key },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: MAX_SURGE, maxUnavailable: MAX_UNAVAILABLE } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
    },
  }
}

async function isDone(cluster: TestCluster, image: string): Promise<boolean> {
  const pods = await cluster.pods()
  const good = pods.filter(pod => pod.spec?.containers[0]?.image === image && pod.status?.phase === 'Running')
  const { status } = await cluster.client.get(Deployment, key)
  return pods.length === REPLICAS && good.length === REPLICAS && status?.availableReplicas === REPLICAS
}

for (let seed = 1; seed <= 5; seed++) {
  test(`seed ${seed}: lost writes, lost answers and restarts break no limit, and it arrives`, async t => {
    const random = new SeededRandom(seed)
    const cluster = await TestCluster.start({ scheduler: true, nodes: ['node-1', 'node-2'] })
    let isBad = false
    const start = () =>
      startControllers({
        client: (identity: Identity) => flaky(cluster.asIdentity(identity), random, () => isBad),
        controllers: [deploymentController, replicaSetController],
        clock: cluster.clock,
        random,
        log: silentLogger,
      })
    let loops = start()
    await cluster.create(Deployment as never, web('web:0'))
    await cluster.until('started', () => isDone(cluster, 'web:0'))
    isBad = true
    let image = 'web:0'
    for (let round = 0; round < ROUNDS; round++) {
      if (randomInt(random, 10) === 0) {
        await loops.stop()
        loops = start()
      }
      if (randomInt(random, 8) === 0) {
        image = `web:${randomInt(random, 4)}`
        await cluster.client.patch(Deployment, key, { type: 'merge', body: { spec: web(image).spec } })
      }
      await cluster.rest(50 * (1 + randomInt(random, 6)))
      const pods = (await cluster.pods()).filter(pod => pod.metadata.deletionTimestamp === undefined)
      t.true(pods.length <= REPLICAS + MAX_SURGE)
      t.true(pods.filter(pod => pod.status?.phase === 'Running').length >= REPLICAS - MAX_UNAVAILABLE)
    }
    isBad = false
    await cluster.until('arrived', () => isDone(cluster, image))
    const { items: sets } = await cluster.client.list(ReplicaSet, { namespace: 'default' })
    const templates = sets.map(set => set.spec?.template?.spec?.containers[0]?.image)
    t.is(new Set(templates).size, templates.length)
    await loops.stop()
    await cluster.stop()
  })
}
