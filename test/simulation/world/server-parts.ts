import type { Client, Identity } from '../../../src/client/client.ts'
import { startControllers } from '../../../src/control/start-controllers.ts'
import { builtinControllers } from '../../../src/controllers/builtin-controllers.ts'
import { createMemoryGitRepository } from '../../../src/git/memory-git-repository.ts'
import { createSyncEngine } from '../../../src/gitops/create-sync-engine.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { schedulerIdentity, startScheduler } from '../../../src/scheduler/start-scheduler.ts'
import { FaultyClient } from './faulty-client.ts'
import { faultyGit } from './faulty-git.ts'
import type { Part, SimulatedCluster } from './simulated-cluster.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import { SIMULATED_ADMIN } from './simulated-server.ts'

/** The loops that a server runs, as parts. */
export function serverParts(cluster: SimulatedCluster): readonly Part[] {
  return [enginePart(cluster), controllersPart(cluster), schedulerPart(cluster)]
}

/** The server's own Client as one of its parts sees it. */
function inside(cluster: SimulatedCluster, life: SimulatedProcess, identity: Identity): Client {
  return new FaultyClient({
    client: cluster.server!.client(identity),
    process: life,
    user: identity.user,
    watchFaults: () => cluster.faults.watches,
    conflicts: () => cluster.faults.conflicts,
    onDelete: (user, kind, key) => cluster.onDelete(user, kind, key),
  })
}

function enginePart(cluster: SimulatedCluster): Part {
  return {
    name: 'engine',
    isInsideServer: true,
    start(life) {
      const between = async () => {
        if (life.random.chance(cluster.faults.pushBetween)) await cluster.pushBetween()
      }
      // Of its own: objects that no ref names yet die with it.
      const git = createMemoryGitRepository({ storage: cluster.gitStorage })
      const engine = createSyncEngine({
        client: inside(cluster, life, SIMULATED_ADMIN),
        git: faultyGit(git, life, { between, isCorrupt: id => cluster.isCorrupt(id) }),
        clock: life.clock,
        random: life.random,
        log: silentLogger,
        admission: cluster.server!.admission,
        options: { secretKey: new Uint8Array(32).fill(3) },
      })
      cluster.engine = engine
      life.onDeath(() => {
        cluster.engine = undefined
      })
      const { firstPass } = cluster
      void engine.firstPassDone.then(() => firstPass.resolve())
      engine.start()
    },
  }
}

function controllersPart(cluster: SimulatedCluster): Part {
  return {
    name: 'controllers',
    isInsideServer: true,
    start(life) {
      startControllers({
        client: identity => inside(cluster, life, identity),
        controllers: builtinControllers({ waitFor: cluster.firstPass.promise }),
        clock: life.clock,
        random: life.random,
        log: silentLogger,
      })
    },
  }
}

function schedulerPart(cluster: SimulatedCluster): Part {
  return {
    name: 'scheduler',
    isInsideServer: true,
    start(life) {
      startScheduler({
        client: inside(cluster, life, schedulerIdentity),
        clock: life.clock,
        random: life.random,
        log: silentLogger,
      })
    },
  }
}
