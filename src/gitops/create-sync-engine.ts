import type { Client } from '../client/client.ts'
import type { GitRepository } from '../git/git-repository.ts'
import type { PushGate } from '../git/push-gate.ts'
import { DESIRED_REF } from '../git/ref-name.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { inlineOffload, type Offload } from '../lib/offload.ts'
import type { Random } from '../lib/random.ts'
import type { AdmissionPlugin } from '../registry/admission.ts'
import { createDriftAdmission } from './drift/drift-admission.ts'
import { DriftWriters } from './drift/drift-writers.ts'
import { RenderCache } from './engine/desired-state.ts'
import { ObjectOwners } from './engine/object-owners.ts'
import type { SyncContext, SyncSettings } from './engine/sync-context.ts'
import { createSyncMemory } from './engine/sync-context.ts'
import { SyncEngine } from './engine/sync-engine.ts'
import { SYNC_IDENTITY } from './engine/sync-identity.ts'
import { SyncSignals } from './engine/sync-signals.ts'
import { createPushGate } from './gate/push-gate.ts'
import type { Operations } from './operations/operations.ts'
import { createOperations } from './operations/operations.ts'
import { createSourceCache } from './source/source-reader.ts'

/** The part of the sync engine that the registry needs before the engine can exist: create it first, hand it to both. */
export interface SyncAdmission {
  readonly plugin: AdmissionPlugin
  readonly owners: ObjectOwners
  readonly writers: DriftWriters
  readonly modes: Map<string, string>
}

export function createSyncAdmission(): SyncAdmission {
  const owners = new ObjectOwners()
  const writers = new DriftWriters()
  const modes = new Map<string, string>()
  const plugin = createDriftAdmission({ owners, writers, modeOf: name => modes.get(name) })
  return { plugin, owners, writers, modes }
}

export interface SyncEngineOptions {
  /** Any client of the server; it is used as `pintle-sync`. */
  readonly client: Client
  readonly git: GitRepository
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** The one whose plugin the registry runs; without it live changes are healed too, but nobody is warned. */
  readonly admission?: SyncAdmission
  /** Where large manifests are parsed; on the caller's thread when left out. */
  readonly offload?: Offload
  readonly options?: Partial<SyncSettings>
}

export interface RunningSyncEngine {
  start(): void
  stop(): void
  readonly gate: PushGate
  readonly admission: AdmissionPlugin
  /** Resolves when every application was looked at once since the start; at once without a deployed branch. */
  readonly firstPassDone: Promise<void>
  readonly operations: Operations
}

const SECRET_KEY_BYTES = 32

/** Wires the sync engine: nothing happens before `start`. */
export function createSyncEngine(options: SyncEngineOptions): RunningSyncEngine {
  const admission = options.admission ?? createSyncAdmission()
  const context = contextOf(options, admission)
  const engine = new SyncEngine(context)
  return {
    start: () => engine.start(),
    stop: () => engine.stop(),
    gate: createPushGate(context, engine),
    admission: admission.plugin,
    firstPassDone: engine.firstPassDone,
    operations: createOperations(context, engine),
  }
}

function contextOf(options: SyncEngineOptions, { owners, writers, modes }: SyncAdmission): SyncContext {
  const { git, clock, random, log } = options
  return {
    client: options.client.as(SYNC_IDENTITY),
    git,
    clock,
    random,
    log,
    settings: { ...defaultSettings(random), ...options.options },
    sources: createSourceCache(options.offload ?? inlineOffload),
    rendered: new RenderCache(),
    lastGood: new RenderCache(),
    owners,
    writers,
    modes,
    signals: new SyncSignals(),
    memory: createSyncMemory(),
  }
}

function defaultSettings(random: Random): SyncSettings {
  return {
    ref: DESIRED_REF,
    secretKey: random.bytes(SECRET_KEY_BYTES),
    author: { name: 'Pintle', email: 'pintle@localhost' },
    concurrency: 16,
    resyncMs: 300_000,
    pusherOf: async () => undefined,
  }
}
