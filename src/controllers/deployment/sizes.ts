/** Decides the size of each replica set of one Deployment. Pure; every function returns new sizes for all of them. */

import type { RolloutLimits } from './limits.ts'
import type { ReplicaSetView } from './replica-sets.ts'
import { desiredReplicasOf, maxReplicasOf } from './revision.ts'

/** A replica set and the size it is to have. One to be created has no `current`. */
export interface SizedReplicaSet {
  readonly name: string
  readonly current: ReplicaSetView | undefined
  readonly replicas: number
}

export interface Sizes {
  /** Holds the present template; undefined while there is none. */
  readonly newest: SizedReplicaSet | undefined
  /** Oldest first. */
  readonly old: readonly SizedReplicaSet[]
  /** Nothing is decided before every set has caught up; the sizes are the present ones. */
  readonly isWaiting?: true
}

/**
 * One step of a rolling update: first the new set grows as far as the surge allows, then the old ones shrink as far as
 * availability allows, unhealthy pods first.
 *
 * No step is made while any set has not caught up with its last one: its controller may be creating or deleting pods
 * for the size it had before, so neither the number of pods nor that of available ones is known.
 */
export function planRollingStep(sizes: Sizes, limits: RolloutLimits): Sizes {
  if (!allSets(sizes).every(hasCaughtUp)) return { ...sizes, isWaiting: true }
  const grown = withNewest(sizes, newestSize(sizes, limits))
  return shrinkOld(grown, limits)
}

/** Recreate, first half: the old ones go to zero. */
export function planTeardown(sizes: Sizes): Sizes {
  return { ...sizes, old: sizes.old.map(each => ({ ...each, replicas: 0 })) }
}

export function withNewest(sizes: Sizes, replicas: number): Sizes {
  return sizes.newest === undefined ? sizes : { ...sizes, newest: { ...sizes.newest, replicas } }
}

/** The size of the Deployment was changed (or it is paused): no rollout, only more or fewer of what there is. */
export function planScaling(sizes: Sizes, limits: RolloutLimits, statusReplicas: number): Sizes {
  const only = activeOrLatest(sizes)
  if (only !== undefined) return resize(sizes, new Map([[only.name, limits.replicas]]))
  if (isSaturated(sizes.newest, limits)) return planTeardown(sizes)
  if (!allSets(sizes).every(hasCaughtUp)) return { ...sizes, isWaiting: true }
  return sparingAvailable(resize(sizes, proportionalSizes(sizes, limits, statusReplicas)), limits)
}

/** Somebody changed `spec.replicas` since these sets were last scaled. */
export function isScalingEvent(sizes: Sizes, limits: RolloutLimits): boolean {
  return allSets(sizes).some(({ current }) => {
    if (current === undefined || (current.spec?.replicas ?? 0) === 0) return false
    const desired = desiredReplicasOf(current)
    return desired !== undefined && desired !== limits.replicas
  })
}

export function allSets({ newest, old }: Sizes): readonly SizedReplicaSet[] {
  return newest === undefined ? old : [...old, newest]
}

/** Its controller has seen its present size. One that is being deleted never will. */
function hasCaughtUp({ current }: SizedReplicaSet): boolean {
  if (current === undefined || current.metadata.deletionTimestamp !== undefined) return true
  return (current.status?.observedGeneration ?? 0) >= (current.metadata.generation ?? 0)
}

/** Pods it has or may yet create. */
function podsAtMost({ current, replicas }: SizedReplicaSet): number {
  return Math.max(replicas, current?.status?.replicas ?? 0)
}

/** Pods of it that are surely available once it has the planned size. */
function availableAtLeast({ current, replicas }: SizedReplicaSet): number {
  return Math.min(replicas, current?.status?.availableReplicas ?? 0)
}

function newestSize(sizes: Sizes, limits: RolloutLimits): number {
  const present = sizes.newest?.replicas ?? 0
  if (present >= limits.replicas) return limits.replicas
  const room = limits.replicas + limits.maxSurge - sum(allSets(sizes), podsAtMost)
  return present + Math.max(0, Math.min(room, limits.replicas - present))
}

function shrinkOld(sizes: Sizes, limits: RolloutLimits): Sizes {
  const minAvailable = limits.replicas - limits.maxUnavailable
  const newestUnavailable = sizes.newest === undefined ? 0 : sizes.newest.replicas - availableAtLeast(sizes.newest)
  const removable = sum(allSets(sizes), each => each.replicas) - minAvailable - newestUnavailable
  if (removable <= 0) return sizes
  const cleaned = shrinkEach(sizes.old, removable, each => each.replicas - availableAtLeast(each))
  const cleanedSizes = { ...sizes, old: cleaned }
  const spare = sum(allSets(cleanedSizes), availableAtLeast) - minAvailable
  return { ...sizes, old: shrinkEach(cleaned, spare, each => each.replicas) }
}

/** Takes up to `total` pods away, oldest sets first, from each at most what `limitOf` says. */
function shrinkEach(
  sets: readonly SizedReplicaSet[],
  total: number,
  limitOf: (set: SizedReplicaSet) => number,
): readonly SizedReplicaSet[] {
  let left = Math.max(0, total)
  return sets.map(each => {
    const taken = Math.min(left, Math.max(0, limitOf(each)))
    left -= taken
    return { ...each, replicas: each.replicas - taken }
  })
}

/** The one set to scale when there is no choice: the only active one, or the newest when none is. */
function activeOrLatest(sizes: Sizes): SizedReplicaSet | undefined {
  const active = allSets(sizes).filter(each => each.replicas > 0)
  if (active.length === 0) return sizes.newest ?? sizes.old.at(-1)
  return active.length === 1 ? active[0] : undefined
}

function isSaturated(newest: SizedReplicaSet | undefined, limits: RolloutLimits): boolean {
  if (newest?.current === undefined) return false
  return (
    newest.replicas === limits.replicas &&
    desiredReplicasOf(newest.current) === limits.replicas &&
    (newest.current.status?.availableReplicas ?? 0) === limits.replicas
  )
}

/** In the middle of a rollout every set grows or shrinks in proportion; what rounding leaves goes to the largest. */
function proportionalSizes(sizes: Sizes, limits: RolloutLimits, statusReplicas: number): ReadonlyMap<string, number> {
  const active = allSets(sizes).filter(each => each.replicas > 0)
  const allowed = limits.replicas > 0 ? limits.replicas + limits.maxSurge : 0
  const toAdd = allowed - sum(active, each => each.replicas)
  // Growing prefers the newer, shrinking the older of two equally large ones.
  const newerFirst = toAdd > 0 ? [...active].reverse() : [...active]
  const ordered = newerFirst.sort((left, right) => right.replicas - left.replicas)
  const result = new Map<string, number>()
  let added = 0
  for (const each of ordered) {
    const share = clampShare(shareOf(each, limits, statusReplicas), toAdd - added)
    added += share
    result.set(each.name, each.replicas + share)
  }
  const [largest] = ordered
  if (largest !== undefined) result.set(largest.name, Math.max(0, (result.get(largest.name) ?? 0) + toAdd - added))
  return result
}

/**
 * Proportions know nothing of health: where they would take available pods that are still needed, pods that are not
 * available go instead. Kubernetes does not look; here no change of size costs what the Deployment promises.
 */
function sparingAvailable(sizes: Sizes, limits: RolloutLimits): Sizes {
  const sets = allSets(sizes)
  const lacking = limits.replicas - limits.maxUnavailable - sum(sets, availableAtLeast)
  if (lacking <= 0) return sizes
  const spared = growEach(sets, Math.min(lacking, sum(sets, unavailableIn)), cutAvailable)
  const grown = sum(spared, each => each.replicas) - sum(sets, each => each.replicas)
  const wanted = new Map(shrinkEach(spared, grown, unavailableIn).map(each => [each.name, each.replicas]))
  return resize(sizes, wanted)
}

/** Pods of its planned size that are not available. */
function unavailableIn(set: SizedReplicaSet): number {
  return set.replicas - availableAtLeast(set)
}

/** Available pods that its planned size would take away. */
function cutAvailable(set: SizedReplicaSet): number {
  return Math.max(0, (set.current?.status?.availableReplicas ?? 0) - set.replicas)
}

function growEach(
  sets: readonly SizedReplicaSet[],
  total: number,
  limitOf: (set: SizedReplicaSet) => number,
): readonly SizedReplicaSet[] {
  let left = total
  return sets.map(each => {
    const added = Math.min(left, limitOf(each))
    left -= added
    return { ...each, replicas: each.replicas + added }
  })
}

function shareOf(set: SizedReplicaSet, limits: RolloutLimits, statusReplicas: number): number {
  if (limits.replicas === 0) return -set.replicas
  const before = (set.current && maxReplicasOf(set.current)) || statusReplicas
  if (before === 0) return 0
  return Math.round((set.replicas * (limits.replicas + limits.maxSurge)) / before) - set.replicas
}

function clampShare(share: number, left: number): number {
  return left >= 0 ? Math.min(Math.max(0, share), left) : Math.max(Math.min(0, share), left)
}

function resize(sizes: Sizes, wanted: ReadonlyMap<string, number>): Sizes {
  const sized = (each: SizedReplicaSet) => ({ ...each, replicas: wanted.get(each.name) ?? each.replicas })
  return { newest: sizes.newest && sized(sizes.newest), old: sizes.old.map(sized) }
}

function sum(sets: readonly SizedReplicaSet[], value: (set: SizedReplicaSet) => number): number {
  return sets.reduce((total, each) => total + value(each), 0)
}
