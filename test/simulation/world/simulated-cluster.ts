import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import { gitopsKinds } from '../../../src/api/kinds/gitops/gitops-kinds.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import type { MemoryGitStorage } from '../../../src/git/memory-git-repository.ts'
import { createMemoryGitRepository, createMemoryGitStorage } from '../../../src/git/memory-git-repository.ts'
import type { RunningSyncEngine } from '../../../src/gitops/create-sync-engine.ts'
import type { Store } from '../../../src/store/store.ts'
import type { DeleteObserver, WatchFaults } from './faulty-client.ts'
import { FaultyClient, NO_WATCH_FAULTS } from './faulty-client.ts'
import type { EngineFaults } from './faulty-driver.ts'
import { NO_ENGINE_FAULTS } from './faulty-driver.ts'
import type { StoreFaults } from './faulty-store.ts'
import { faultyStore, NO_STORE_FAULTS } from './faulty-store.ts'
import { remoteClient } from './remote-client.ts'
import { SeededRandom } from './seeded-random.ts'
import type { DiskFaults } from './simulated-journal.ts'
import { SimulatedDisk, SimulatedJournal } from './simulated-journal.ts'
import { SimulatedMachine } from './simulated-machine.ts'
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
  readonly store: StoreFaults
  readonly disk: DiskFaults
  readonly engine: EngineFaults
  /** Per update or patch of a loop: refused as if somebody else had been faster. */
  readonly conflicts: number
  /** Before each Git call of the engine. */
  readonly pushBetween: number
}

export const NO_CLUSTER_FAULTS: ClusterFaults = {
  effects: NO_FAULTS,
  watches: NO_WATCH_FAULTS,
  store: NO_STORE_FAULTS,
  disk: { failed: 0, latencyMsMax: 0 },
  engine: NO_ENGINE_FAULTS,
  conflicts: 0,
  pushBetween: 0,
}

/** A part of the cluster: it is started, may crash at any effect, and is started again a little later. */
export interface Part {
  readonly name: string
  /** Runs in the server's process: it dies with it and waits for it. */
  readonly isInsideServer: boolean
  start(life: SimulatedProcess): Promise<void> | void
}

const RESTART_MS_MIN = 100
const RESTART_MS_MAX = 4_000
/** Far more than a run needs, far less than a loop that never rests makes. */
const STEPS_MAX = 300_000
/** At one instant of virtual time. */
const EFFECTS_MAX = 20_000

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
  /** Told of each delete that a part of the server asks for. */
  onDelete: DeleteObserver = () => {}
  /** Called after every step. */
  afterStep: () => void | Promise<void> = () => {}
  /** Objects that the engine cannot read at the moment. */
  isCorrupt: (id: ObjectId) => boolean = () => false
  server: SimulatedServer | undefined
  /** The engine of the server of the moment. */
  engine: RunningSyncEngine | undefined
  /** Of the server of the moment: resolved when an engine has looked at every application once. */
  firstPass: PromiseWithResolvers<void> = Promise.withResolvers()
  readonly machines: SimulatedMachine[] = []
  #serverLife: SimulatedProcess | undefined
  readonly #parts: Part[] = []
  readonly #lives = new Map<string, SimulatedProcess>()
  readonly #held = new Set<string>()
  readonly #trouble: unknown[] = []
  /** Effects since time last passed. */
  #effects = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
  }

  add(part: Part): void {
    this.#parts.push(part)
  }

  addMachine(name: string): SimulatedMachine {
    const machine = new SimulatedMachine(name, this.clock)
    this.machines.push(machine)
    return machine
  }

  /** A Client from outside, without faults: for people and checkers. */
  client(identity: Identity = SIMULATED_ADMIN): Client {
    return remoteClient(this.kinds, identity, () => this.server)
  }

  /** A Client from outside as one part sees it. */
  clientFor(life: SimulatedProcess, identity: Identity): Client {
    const remote = remoteClient(this.kinds, identity, () => this.server)
    return new FaultyClient({
      client: remote,
      process: life,
      user: identity.user,
      watchFaults: () => this.faults.watches,
      conflicts: () => this.faults.conflicts,
      onDelete: () => {},
    })
  }

  startAll(): void {
    this.#startServer()
    for (const part of this.#parts) if (!part.isInsideServer) this.#startPart(part)
  }

  crash(name: string, why: string): void {
    if (name === 'server') this.#serverLife?.crash(why)
    else this.#lives.get(name)?.crash(why)
  }

  /** Ends the part and keeps it from starting again until `release`. */
  hold(name: string, why: string): void {
    this.#held.add(name)
    this.crash(name, why)
  }

  release(name: string): void {
    if (!this.#held.delete(name)) return
    const part = this.#parts.find(each => each.name === name)
    if (part !== undefined) this.#restartPart(part)
  }

  /** Parts that are kept from starting. */
  get heldParts(): readonly string[] {
    return [...this.#held]
  }

  /** Somebody stops the server, deletes its store and starts it again. */
  wipeStore(): void {
    this.crash('server', 'its store is deleted')
    this.disk.wipe()
  }

  /** Somebody stops the server, puts an older copy of the store in its place and starts it again. */
  restoreStore(): void {
    this.crash('server', 'its store is replaced by an older copy')
    this.disk.restore()
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
      this.#effects = 0
      this.clock.fireNext()
    }
    throw new Violation('nothing goes on forever', `more than ${STEPS_MAX} steps in ${ms} ms of virtual time`)
  }

  isRunaway(what: string): boolean {
    this.#effects += 1
    if (this.#effects === EFFECTS_MAX) {
      this.report(new Violation('nothing goes on forever', `${EFFECTS_MAX} effects at one instant, the last: ${what}`))
    }
    return this.#effects >= EFFECTS_MAX
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
    this.firstPass = Promise.withResolvers()
    const journal = new SimulatedJournal(this.disk, life, () => this.faults.disk)
    const inspect = async (store: Store) => faultyStore(await this.inspectStore(store), life, () => this.faults.store)
    SimulatedServer.start({ process: life, journal, kinds: this.kinds, inspect })
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
    const before = this.#lives.get(part.name)
    if (this.#held.has(part.name) || before?.alive) return
    // A loop of a server that goes on: it knows what became of its own writes before it begins again.
    if (part.isInsideServer && this.server !== undefined && before?.isActing) this.#later(() => this.#restartPart(part))
    else this.#startPart(part)
  }

  #newLife(name: string, onCrash: () => void): SimulatedProcess {
    const life = new SimulatedProcess(name, this, this.random.fork(), onCrash)
    Object.defineProperty(life, 'faults', { get: () => this.faults.effects })
    return life
  }

  #later(work: () => void): void {
    this.clock.setTimer(RESTART_MS_MIN + this.random.below(RESTART_MS_MAX), work)
  }
}
