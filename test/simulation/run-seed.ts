import type { Kind } from '../../src/api/kind.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Application } from '../../src/api/kinds/gitops/application.ts'
import { sleep } from '../../src/lib/clock.ts'
import { Person } from './actors/person.ts'
import { RepositoryModel } from './actors/repository-model.ts'
import { simulatedKubelet } from './actors/simulated-kubelet.ts'
import { HistoryChecker } from './checkers/history-checker.ts'
import { ObjectChecker } from './checkers/object-checker.ts'
import { PruneChecker } from './checkers/prune-checker.ts'
import { StoreChecker } from './checkers/store-checker.ts'
import { WatchChecker } from './checkers/watch-checker.ts'
import type { SeededRandom } from './world/seeded-random.ts'
import type { ClusterFaults } from './world/simulated-cluster.ts'
import { NO_CLUSTER_FAULTS, SimulatedCluster, serverParts } from './world/simulated-cluster.ts'
import { Violation } from './world/violation.ts'

export interface SeedResult {
  readonly seed: number
  readonly digest: string
  readonly steps: number
  readonly virtualMs: number
  readonly violation: Violation | undefined
  /** The end of the trace, for people. */
  readonly tail: readonly string[]
}

const TROUBLE_MS = 60_000
const PEACE_MS_MAX = 900_000
const PUSH_EVERY_MS_MAX = 8_000

/**
 * One cluster from one seed: a minute of pushes and faults, then peace. All that must hold is checked after every step,
 * and in peace the cluster must come to what Git says within bounded time.
 */
export async function runSeed(seed: number): Promise<SeedResult> {
  const cluster = new SimulatedCluster(seed)
  const model = new RepositoryModel(new Person(cluster.git, () => cluster.clock.now()), cluster.random.fork())
  watchOver(cluster, model)
  for (const part of serverParts(cluster)) cluster.add(part)
  for (const name of ['node-1', 'node-2']) cluster.add(simulatedKubelet(cluster, name))
  let violation: Violation | undefined
  try {
    await model.start()
    cluster.startAll()
    await trouble(cluster, model)
    await peace(cluster, model)
  } catch (error) {
    violation =
      error instanceof Violation ? error : new Violation('no error of ours', String((error as Error).stack ?? error))
  }
  return {
    seed,
    digest: cluster.trace.digest(),
    steps: cluster.trace.count,
    virtualMs: cluster.clock.monotonic(),
    violation,
    tail: cluster.trace.tail(),
  }
}

function watchOver(cluster: SimulatedCluster, model: RepositoryModel): void {
  const report = (violation: Violation) => cluster.report(violation)
  const objects = new ObjectChecker(report, () => cluster.clock.monotonic())
  const store = new StoreChecker(report, change => objects.see(change))
  const history = new HistoryChecker(cluster.git, report)
  const prune = new PruneChecker(model, report)
  const watches = [Pod, ConfigMap, Deployment].map(
    kind => new WatchChecker(kind as unknown as Kind, cluster.client(), cluster.random.fork(), report),
  )
  cluster.inspectStore = opened => store.inspect(opened)
  cluster.onEngineDelete = (kind, key) => prune.onEngineDelete(kind, key)
  cluster.afterStep = async () => {
    await history.check()
    if (cluster.server !== undefined) for (const each of watches) await each.step()
  }
}

/** A mix of faults of its own for each seed: some runs have many of one kind, some a few of all. */
function drawFaults(random: SeededRandom): ClusterFaults {
  const rate = (most: number) => (random.chance(0.5) ? 0 : (random.below(1_000) / 1_000) * most)
  return {
    effects: {
      crashBefore: rate(0.004),
      crashAfter: rate(0.004),
      lostAnswer: rate(0.02),
      lateAnswer: rate(0.1),
      lateAnswerMsMax: 1 + random.below(2_000),
    },
    watches: { dropped: rate(0.02), expired: 0.3, late: rate(0.1), lateMsMax: 1 + random.below(5_000) },
    disk: { failed: rate(0.01), latencyMsMax: random.below(50) },
    pushBetween: rate(0.02),
  }
}

async function trouble(cluster: SimulatedCluster, model: RepositoryModel): Promise<void> {
  const { random, clock } = cluster
  cluster.faults = drawFaults(random)
  let isPushing = false
  const push = async () => {
    if (isPushing) return
    isPushing = true
    await model.act()
    isPushing = false
  }
  cluster.pushBetween = push
  let isOver = false
  const pushNowAndThen = async () => {
    while (!isOver) {
      await sleep(clock, 1 + random.below(PUSH_EVERY_MS_MAX))
      if (!isOver) await push()
      if (!isOver && random.chance(0.1)) cluster.crash(random.pick(cluster.partNames()), 'by chance')
      if (!isOver && random.chance(0.05)) clock.jump(random.below(120_000) - 60_000)
    }
  }
  pushNowAndThen().catch(error => cluster.report(error))
  await cluster.run(TROUBLE_MS)
  isOver = true
  cluster.faults = NO_CLUSTER_FAULTS
  cluster.pushBetween = async () => {}
}

async function peace(cluster: SimulatedCluster, model: RepositoryModel): Promise<void> {
  await model.mend()
  let why: string | undefined
  const isDone = await cluster.run(PEACE_MS_MAX, async () => {
    why = await whyNotSettled(cluster, model)
    return why === undefined
  })
  if (!isDone) throw new Violation('without faults the cluster comes to what Git says', why ?? '')
}

/** Undefined when everything is as Git says. */
async function whyNotSettled(cluster: SimulatedCluster, model: RepositoryModel): Promise<string | undefined> {
  if (cluster.server === undefined) return 'no server runs'
  const client = cluster.client()
  const { items } = await client.list(Application)
  for (const name of model.applicationNames) {
    const status = items.find(each => each.metadata.name === name)?.status
    const isHeld = status?.held !== undefined
    if (status?.phase !== 'Healthy' && !isHeld) return `${name} is ${status?.phase}: ${status?.message}`
  }
  for (const [name, wanted] of model.wanted) {
    if (wanted === 'unreadable') return `${name} is still broken`
    for (const object of wanted) {
      const why = await whyMissing(cluster, object)
      if (why !== undefined) return why
    }
  }
  return undefined
}

async function whyMissing(cluster: SimulatedCluster, object: string): Promise<string | undefined> {
  const [plural, key = ''] = object.split(' ')
  const [namespace = '', name = ''] = key.split('/')
  const client = cluster.client()
  try {
    if (plural === 'configmaps') await client.get(ConfigMap, { namespace, name })
    else {
      const { spec, status } = await client.get(Deployment, { namespace, name })
      if (status?.availableReplicas !== spec.replicas) {
        return `${object} has ${status?.availableReplicas} of ${spec.replicas} available`
      }
    }
    return undefined
  } catch (error) {
    return `${object}: ${(error as Error).message}`
  }
}
