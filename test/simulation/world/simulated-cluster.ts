import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import { gitopsKinds } from '../../../src/api/kinds/gitops/gitops-kinds.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import { startControllers } from '../../../src/control/start-controllers.ts'
import { builtinControllers } from '../../../src/controllers/builtin-controllers.ts'
import type { GitRepository } from '../../../src/git/git-repository.ts'
import type { MemoryGitStorage } from '../../../src/git/memory-git-repository.ts'
import { createMemoryGitRepository, createMemoryGitStorage } from '../../../src/git/memory-git-repository.ts'
import { createSyncEngine } from '../../../src/gitops/create-sync-engine.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { schedulerIdentity, startScheduler } from '../../../src/scheduler/start-scheduler.ts'
import type { Store } from '../../../src/store/store.ts'
import type { DeleteObserver, WatchFaults } from './faulty-client.ts'
import { FaultyClient, NO_WATCH_FAULTS } from './faulty-client.ts'
import { faultyGit } from './faulty-git.ts'
import { remoteClient } from './remote-client.ts'
import { SeededRandom } from './seeded-random.ts'
import type { DiskFaults } from './simulated-journal.ts'
import { SimulatedDisk, SimulatedJournal } from './simulated-journal.ts'
import type { FaultRates } from './simulated-process.ts'
import { NO_FAULTS, SimulatedProcess } from './simulated-process.ts'
import { SIMULATED_ADMIN, SimulatedServer } from './simulated-server.ts'
import { Trace } from './trace.ts'
import { Violation } from './violation.ts'
import { settle, VirtualClock } from './virtual-clock.ts'

/** Everything that can go wrong, and how often. */
export interface ClusterFaults {
  readonly effects: FaultRates
  readonly watches: WatchFaults
  readonly disk: DiskFaults
  /** Before each Git call of the engine. */
  readonly pushBetween: number
}

export const NO_CLUSTER_FAULTS: ClusterFaults = {
  effects: NO_FAULTS,
  watches: NO_WATCH_FAULTS,
  disk: { failed: 0, latencyMsMax: 0 },
  pushBetween: 0,
}

/** A part of the cluster: it is started, may crash at any effect, and is started again a little later. */
export interface Part {
  readonly name: string
  /** Runs in the server's process: it dies with it and waits for it. */
  readonly isInsideServer: boolean
  start(life: SimulatedProcess): Promise<void> | void
}

const RESTART_MS_MAX = 4_000
const STEPS_MAX = 2_000_000

/** One cluster in one process on virtual time. The same seed and the same scenario are the same run. */
export class SimulatedCluster {
  readonly clock = new VirtualClock()
  readonly trace = new Trace()
  readonly random: SeededRandom
  readonly kinds = new KindRegistry([...builtinKinds, ...gitopsKinds])
  readonly disk = new SimulatedDisk()
  readonly gitStorage: MemoryGitStorage = createMemoryGitStorage()
  /** The repository without faults, for people and checkers. */
  readonly git: GitRepository = createMemoryGitRepository({ storage: this.gitStorage })
  faults: ClusterFaults = NO_CLUSTER_FAULTS
  /** What a person does between two Git calls of the engine. */
  pushBetween: () => Promise<void> = async () => {}
  /** Wraps each new store; where checkers look. */
  inspectStore: (store: Store) => Promise<Store> = async store => store
  /** Told of each delete that the sync engine carries out. */
  onEngineDelete: DeleteObserver = () => {}
  /** Called after every step. */
  afterStep: () => void | Promise<void> = () => {}
  server: SimulatedServer | undefined
  #serverLife: SimulatedProcess | undefined
  readonly #parts: Part[] = []
  readonly #lives = new Map<string, SimulatedProcess>()
  readonly #trouble: unknown[] = []

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
  }

  add(part: Part): void {
    this.#parts.push(part)
  }

  /** A Client from outside, without faults: for people and checkers. */
  client(identity: Identity = SIMULATED_ADMIN): Client {
    return remoteClient(this.kinds, identity, () => this.server)
  }

  /** A Client from outside as one part sees it. */
  clientFor(life: SimulatedProcess, identity: Identity): Client {
    const remote = remoteClient(this.kinds, identity, () => this.server)
    return new FaultyClient(remote, life, () => this.faults.watches)
  }

  startAll(): void {
    this.#startServer()
    for (const part of this.#parts) if (!part.isInsideServer) this.#startPart(part)
  }

  crash(name: string, why: string): void {
    if (name === 'server') this.#serverLife?.crash(why)
    else this.#lives.get(name)?.crash(why)
  }

  partNames(): string[] {
    return ['server', ...this.#parts.map(part => part.name)]
  }

  /** Runs for `ms` of virtual time, or until `isDone` holds. Throws Violation. */
  async run(ms: number, isDone: () => boolean | Promise<boolean> = () => false): Promise<boolean> {
    const endMs = this.clock.monotonic() + ms
    for (let step = 0; step < STEPS_MAX; step++) {
      await settle()
      if (this.#trouble.length > 0) throw this.#trouble[0]
      await this.afterStep()
      if (await isDone()) return true
      const next = this.clock.nextAtMs
      if (next === undefined || next > endMs) return false
      this.clock.fireNext()
    }
    throw new Violation('nothing goes on forever', `more than ${STEPS_MAX} steps in ${ms} ms of virtual time`)
  }

  /** Something that should have been impossible was thrown where nobody awaits it. */
  report(error: unknown): void {
    this.#trouble.push(error)
  }

  #startServer(): void {
    const life = this.#newLife('server', () => {
      this.server = undefined
      for (const part of this.#parts) if (part.isInsideServer) this.#lives.get(part.name)?.crash('its server crashed')
      this.#later(() => this.#startServer())
    })
    this.#serverLife = life
    const journal = new SimulatedJournal(this.disk, life, () => this.faults.disk)
    SimulatedServer.start({ process: life, journal, kinds: this.kinds, inspect: store => this.inspectStore(store) })
      .then(server => {
        if (!life.alive) return
        this.server = server
        for (const part of this.#parts) if (part.isInsideServer) this.#startPart(part)
      })
      .catch(error => life.crash(`it could not start: ${error}`))
  }

  #startPart(part: Part): void {
    if (part.isInsideServer && this.server === undefined) return
    const life = this.#newLife(part.name, () => this.#later(() => this.#restartPart(part)))
    this.#lives.set(part.name, life)
    Promise.resolve(part.start(life)).catch(error => life.crash(`it could not start: ${error}`))
  }

  #restartPart(part: Part): void {
    if (!this.#lives.get(part.name)?.alive) this.#startPart(part)
  }

  #newLife(name: string, onCrash: () => void): SimulatedProcess {
    const life = new SimulatedProcess(name, this, this.random.fork(), onCrash)
    Object.defineProperty(life, 'faults', { get: () => this.faults.effects })
    return life
  }

  #later(work: () => void): void {
    this.clock.setTimer(1 + this.random.below(RESTART_MS_MAX), work)
  }
}

/** The loops that a server runs, as parts. */
export function serverParts(cluster: SimulatedCluster): readonly Part[] {
  const inside = (life: SimulatedProcess, identity: Identity, onDelete?: DeleteObserver) =>
    new FaultyClient(cluster.server!.client(identity), life, () => cluster.faults.watches, onDelete)
  let firstPassDone: Promise<void> = new Promise(() => {})
  return [
    {
      name: 'engine',
      isInsideServer: true,
      start(life) {
        const between = async () => {
          if (life.random.chance(cluster.faults.pushBetween)) await cluster.pushBetween()
        }
        const engine = createSyncEngine({
          client: inside(life, SIMULATED_ADMIN, (kind, key) => cluster.onEngineDelete(kind, key)),
          git: faultyGit(cluster.git, life, between),
          clock: life.clock,
          random: life.random,
          log: silentLogger,
          admission: cluster.server!.admission,
          options: { secretKey: new Uint8Array(32).fill(3) },
        })
        firstPassDone = engine.firstPassDone
        engine.start()
      },
    },
    {
      name: 'controllers',
      isInsideServer: true,
      start(life) {
        startControllers({
          client: identity => inside(life, identity),
          controllers: builtinControllers({ waitFor: firstPassDone }),
          clock: life.clock,
          random: life.random,
          log: silentLogger,
        })
      },
    },
    {
      name: 'scheduler',
      isInsideServer: true,
      start(life) {
        startScheduler({
          client: inside(life, schedulerIdentity),
          clock: life.clock,
          random: life.random,
          log: silentLogger,
        })
      },
    },
  ]
}
