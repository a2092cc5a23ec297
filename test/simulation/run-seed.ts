import type { Kind } from '../../src/api/kind.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { CarefulReader } from './actors/careful-reader.ts'
import { KubectlUser } from './actors/kubectl-user.ts'
import { Person } from './actors/person.ts'
import { RepositoryModel } from './actors/repository-model.ts'
import { simulatedNode } from './actors/simulated-node.ts'
import { BarChecker } from './checkers/bar-checker.ts'
import { ContainerChecker } from './checkers/container-checker.ts'
import { HistoryChecker } from './checkers/history-checker.ts'
import { InventoryChecker } from './checkers/inventory-checker.ts'
import { ObjectChecker } from './checkers/object-checker.ts'
import { PruneChecker } from './checkers/prune-checker.ts'
import { StoreChecker } from './checkers/store-checker.ts'
import { StrangerChecker } from './checkers/stranger-checker.ts'
import { WatchChecker } from './checkers/watch-checker.ts'
import { drawFate } from './scenario/draw-faults.ts'
import { peace } from './scenario/peace.ts'
import { type Cast, TROUBLE_MS, trouble } from './scenario/trouble.ts'
import { serverParts } from './world/server-parts.ts'
import { SimulatedCluster } from './world/simulated-cluster.ts'
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

/**
 * One cluster from one seed: a while of pushes and faults, then peace. All that must hold is checked after every step,
 * and in peace the cluster must come to what Git says within bounded time.
 */
export async function runSeed(seed: number): Promise<SeedResult> {
  const cluster = new SimulatedCluster(seed)
  const person = new Person(cluster.git, () => cluster.clock.now())
  const model = new RepositoryModel(cluster.git, person, cluster.random.fork())
  const user = new KubectlUser(cluster, cluster.random.fork())
  const reader = new CarefulReader(cluster, cluster.random.fork())
  for (const part of serverParts(cluster)) cluster.add(part)
  for (const name of ['node-1', 'node-2']) cluster.add(simulatedNode(cluster, name))
  const cast = { cluster, model, user, reader, ...watchOver(cluster, model) }
  let violation: Violation | undefined
  const onRejection = (error: unknown) => cluster.report(error)
  process.on('unhandledRejection', onRejection)
  try {
    const fate = drawFate(cluster.random, TROUBLE_MS)
    await model.start()
    cluster.startAll()
    await trouble(cast, fate)
    await peace(cast, fate)
  } catch (error) {
    violation =
      error instanceof Violation ? error : new Violation('no error of ours', String((error as Error).stack ?? error))
  } finally {
    process.off('unhandledRejection', onRejection)
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

/** Sets the checkers on a cluster. Returns what to call when its live store is deleted, or replaced by an older copy. */
function watchOver(cluster: SimulatedCluster, model: RepositoryModel): Pick<Cast, 'forget' | 'replaced'> {
  const report = (violation: Violation) => cluster.report(violation)
  const objects = new ObjectChecker(report, () => cluster.clock.monotonic())
  const prune = new PruneChecker(model, report)
  const bars = new BarChecker(report)
  const inventory = new InventoryChecker(report)
  const followers = [objects, prune, bars, inventory, new StrangerChecker(report)]
  const store = new StoreChecker(report, change => {
    for (const each of followers) each.see(change)
  })
  const history = new HistoryChecker(cluster.git, model, report)
  const watches = [Pod, ConfigMap, Deployment].map(
    kind => new WatchChecker(kind as unknown as Kind, cluster.client(), cluster.random.fork(), report),
  )
  const containers = cluster.machines.map(machine => new ContainerChecker(machine, objects, report))
  cluster.inspectStore = opened => store.inspect(opened)
  cluster.onDelete = (user, kind, key) => {
    objects.onDelete(user, kind, key)
    prune.onDelete(user, kind, key)
  }
  cluster.afterStep = async () => {
    await model.observe()
    await history.check()
    prune.check()
    if (cluster.server !== undefined) for (const each of watches) await each.step()
  }
  return {
    forget() {
      for (const each of [store, objects, prune, bars, inventory, ...watches]) each.forget()
    },
    replaced() {
      for (const each of [store, objects, bars, inventory, ...watches]) each.forget()
      for (const each of [prune, ...containers]) each.replaced()
    },
  }
}
