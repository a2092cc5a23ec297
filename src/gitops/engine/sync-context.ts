import type { Client } from '../../client/client.ts'
import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { DriftWriters } from '../drift/drift-writers.ts'
import type { SourceCache } from '../source/source-reader.ts'
import type { DesiredState, RenderCache } from './desired-state.ts'
import type { ObjectOwners } from './object-owners.ts'
import type { SyncSignals } from './sync-signals.ts'

/** What every part of the sync engine is handed. */
export interface SyncContext {
  readonly client: Client
  readonly git: GitRepository
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly settings: SyncSettings
  readonly sources: SourceCache
  readonly rendered: RenderCache
  /** Renderings of what runs where that is not what Git wants now. */
  readonly lastGood: RenderCache
  readonly owners: ObjectOwners
  readonly writers: DriftWriters
  /** The drift setting of each application, for the judge of live writes. */
  readonly modes: Map<string, string>
  readonly signals: SyncSignals
  readonly memory: SyncMemory
}

export interface SyncSettings {
  /** Full name of the deployed branch. */
  readonly ref: string
  /** For masked secret values in plans. */
  readonly secretKey: Uint8Array
  /** Written as author of the engine's commits. */
  readonly author: { readonly name: string; readonly email: string }
  /** Applications synced at the same time. */
  readonly concurrency: number
  /** Every application is compared with the cluster this often even if nothing changes. */
  readonly resyncMs: number
  /** Who brought a commit to the deployed branch, where that was written down; pushes this process saw are remembered. */
  readonly pusherOf: (commit: ObjectId) => Promise<string | undefined>
}

/** What the engine keeps in memory only: all of it can be lost and is then found again. */
export interface SyncMemory {
  desired: DesiredState | undefined
  /** Newest commit in which each application's inputs changed; absent applications: the commit that removed them. */
  readonly changedAt: Map<string, ObjectId>
  /** The inputs that each application's last rollout of this process began with. */
  readonly begun: Map<string, string>
  /** Applications whose live objects may differ from what was applied. */
  readonly driftDue: Set<string>
  /** Applications of a restored store: nothing of theirs is deleted until they were synced once. */
  readonly neverPrune: Set<string>
  /** When each rollout began to wait, on the monotonic clock. */
  readonly waitingSince: Map<string, number>
  /** When each rollout was started by this process, on the monotonic clock. */
  readonly startedAt: Map<string, number>
  /** Since when an application that was healthy is not, on the monotonic clock. */
  readonly unhealthySince: Map<string, number>
  /** Reverts in a row per application, to slow down a fight with another writer. */
  readonly heals: Map<string, { count: number; atMs: number }>
  /** Who pushed a commit. */
  readonly pushers: Map<ObjectId, string>
}

export function createSyncMemory(): SyncMemory {
  return {
    desired: undefined,
    changedAt: new Map(),
    begun: new Map(),
    driftDue: new Set(),
    neverPrune: new Set(),
    waitingSince: new Map(),
    startedAt: new Map(),
    unhealthySince: new Map(),
    heals: new Map(),
    pushers: new Map(),
  }
}
