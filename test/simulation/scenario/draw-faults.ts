import type { SeededRandom } from '../world/seeded-random.ts'
import type { ClusterFaults } from '../world/simulated-cluster.ts'

/** From when, and for how long. */
export interface Span {
  readonly atMs: number
  readonly lengthMs: number
}

/** What befalls one run. */
export interface Fate {
  readonly faults: ClusterFaults
  /** Per action of a person: a part crashes by itself. */
  readonly crashes: number
  readonly clockJumps: number
  /** When somebody deletes the live store; undefined = nobody does. */
  readonly wipeAtMs: number | undefined
  /** When somebody copies the live store, and when they put the copy back. */
  readonly restore: { readonly copyAtMs: number; readonly atMs: number } | undefined
  /** Nothing can be written to the server's disk for a while. */
  readonly fullDisk: Span | undefined
  /** Some objects of the repository cannot be read for a while. */
  readonly corruptObjects: Span | undefined
  /** Per push: it is a forced one, back to an older commit. */
  readonly forcedPushes: number
  /** Per action: somebody uses kubectl. */
  readonly liveChanges: number
  /** A node falls silent for so long; undefined = none does. */
  readonly silence: (Span & { readonly cutsPower: boolean }) | undefined
  /** People approve held deletes in the end. */
  readonly approves: boolean
  /** In the end nothing may be written for a while. */
  readonly checksRest: boolean
}

/** Long enough for eviction, and half of the time shorter than that. */
const SILENCE_MS_MAX = 420_000
/** Of a disk that is full, or objects that cannot be read. */
const SPAN_MS_MAX = 20_000
/** Long enough to outlast the timeout of a rollout. */
const PULL_MS_MAX = 180_000

/** A mix of faults of its own for each seed: some runs have many of one kind, some a few of all, some hardly any. */
export function drawFate(random: SeededRandom, troubleMs: number): Fate {
  const rate = (most: number) => (random.chance(0.5) ? 0 : (random.below(1_000) / 1_000) * most)
  const faults: ClusterFaults = {
    effects: {
      crashBefore: rate(0.004),
      crashAfter: rate(0.004),
      lostAnswer: rate(0.02),
      lateAnswer: rate(0.1),
      lateAnswerMsMax: 1 + random.below(2_000),
    },
    watches: { dropped: rate(0.02), expired: 0.3, late: rate(0.1), lateMsMax: 1 + random.below(5_000) },
    store: {
      refused: rate(0.01),
      lostAnswer: rate(0.01),
      compactedBehind: random.chance(0.1) ? 1 : 0,
      dropped: rate(0.01),
      compacted: 0.3,
      lateMsMax: random.chance(0.5) ? 0 : random.below(40),
    },
    disk: { failed: rate(0.01), latencyMsMax: random.below(50) },
    engine: {
      eventsLost: rate(0.3),
      listsStale: rate(0.1),
      pullsHang: rate(0.1),
      pullMs: random.below(PULL_MS_MAX),
    },
    conflicts: rate(0.05),
    pushBetween: rate(0.02),
  }
  const sometimes = <Value>(odds: number, value: Value) => (random.chance(odds) ? value : undefined)
  const span = (): Span => ({ atMs: random.below(troubleMs), lengthMs: random.below(SPAN_MS_MAX) })
  const wipeAtMs = sometimes(0.25, random.below(troubleMs))
  const copyAtMs = random.below(troubleMs)
  const restore = { copyAtMs, atMs: copyAtMs + random.below(troubleMs - copyAtMs) }
  return {
    faults,
    crashes: rate(0.2),
    clockJumps: rate(0.1),
    wipeAtMs,
    restore: wipeAtMs === undefined ? sometimes(0.15, restore) : undefined,
    fullDisk: sometimes(0.15, span()),
    corruptObjects: sometimes(0.15, span()),
    forcedPushes: random.chance(0.2) ? 0.2 : 0,
    liveChanges: rate(0.8),
    silence: random.chance(0.25)
      ? {
          atMs: random.below(troubleMs),
          lengthMs: random.chance(0.5) ? random.below(40_000) : random.below(SILENCE_MS_MAX),
          cutsPower: random.chance(0.5),
        }
      : undefined,
    approves: random.chance(0.5),
    checksRest: random.chance(0.25),
  }
}
