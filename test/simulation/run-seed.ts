import { Application } from '../../src/api/kinds/gitops/application.ts'
import { deploymentManifest } from './actors/manifests.ts'
import { Person } from './actors/person.ts'
import { simulatedKubelet } from './actors/simulated-kubelet.ts'
import { SimulatedCluster, serverParts } from './world/simulated-cluster.ts'
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

/** Runs one simulated cluster from a seed. */
export async function runSeed(seed: number): Promise<SeedResult> {
  const cluster = new SimulatedCluster(seed)
  const person = new Person(cluster.git, () => cluster.clock.now())
  for (const part of serverParts(cluster)) cluster.add(part)
  cluster.add(simulatedKubelet(cluster, 'node-1'))
  let violation: Violation | undefined
  try {
    await person.push('one', {
      'apps/web/deployment.yaml': deploymentManifest({ name: 'web', replicas: 3, version: 'v1' }),
    })
    cluster.startAll()
    const healthy = await cluster.run(120_000, () => isHealthy(cluster))
    if (!healthy) throw new Violation('converges', 'not healthy after two minutes without faults')
    cluster.crash(cluster.random.pick(cluster.partNames()), 'by the scenario')
    await person.push('two', {
      'apps/web/deployment.yaml': deploymentManifest({ name: 'web', replicas: 2, version: 'v2' }),
    })
    const again = await cluster.run(240_000, () => isHealthy(cluster, person.pushed.at(-1)))
    if (!again) throw new Violation('converges', 'the second commit was not healthy after four minutes')
  } catch (error) {
    violation =
      error instanceof Violation ? error : new Violation('no crash of ours', String((error as Error).stack ?? error))
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

async function isHealthy(cluster: SimulatedCluster, commit?: string): Promise<boolean> {
  if (cluster.server === undefined) return false
  const { items } = await cluster.client().list(Application)
  return (
    items.length > 0 &&
    items.every(
      ({ status }) => status?.phase === 'Healthy' && (commit === undefined || status.healthy?.commit === commit),
    )
  )
}
