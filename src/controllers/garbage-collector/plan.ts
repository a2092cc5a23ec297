/** What becomes of one object, given its owners and dependents. Pure. */

import type { GraphObject } from './owner-graph.ts'
import { FOREGROUND_FINALIZER, mustOrphanDependents, ORPHAN_FINALIZER, waitsForDependents } from './owner-graph.ts'

/**
 * - `present`: there, under this name and uid.
 * - `waiting`: being deleted in the foreground; it waits for its dependents.
 * - `absent`: surely not there.
 * - `unknown`: of a kind that is not served, or named from where it cannot be. Unknown is not absent.
 */
export type OwnerState = 'present' | 'waiting' | 'absent' | 'unknown'

export interface ObservedObject {
  readonly object: GraphObject
  /** In the order of its owner references. */
  readonly owners: readonly OwnerState[]
  readonly dependents: readonly GraphObject[]
}

export type CollectionPlan =
  | { readonly type: 'nothing' }
  /** Some owners are gone, others hold it: it forgets the gone ones. */
  | { readonly type: 'forget-owners'; readonly uids: readonly string[] }
  | {
      readonly type: 'delete'
      readonly propagation: 'Background' | 'Foreground' | 'Orphan'
      /** In a circle somebody must go first: this one no longer blocks its owners. */
      readonly unblockOwners: boolean
    }
  /** Its dependents forget it, then it may go. */
  | { readonly type: 'orphan-dependents' }
  /** Nothing blocks it any more: it may go. */
  | { readonly type: 'release' }

export function planCollection({ object, owners, dependents }: ObservedObject): CollectionPlan {
  if (mustOrphanDependents(object)) return { type: 'orphan-dependents' }
  if (waitsForDependents(object)) return isBlocked(object, dependents) ? { type: 'nothing' } : { type: 'release' }
  if (object.isDeleting || owners.length === 0) return { type: 'nothing' }
  if (owners.some(state => state === 'present' || state === 'unknown')) return forgetGone(object, owners)
  return planDeletion(object, owners.includes('waiting'), dependents)
}

function isBlocked({ uid }: GraphObject, dependents: readonly GraphObject[]): boolean {
  return dependents.some(({ owners }) => owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion === true))
}

function forgetGone({ owners: references }: GraphObject, owners: readonly OwnerState[]): CollectionPlan {
  const gone = references.filter((_, index) => owners[index] === 'absent' || owners[index] === 'waiting')
  return gone.length === 0 ? { type: 'nothing' } : { type: 'forget-owners', uids: gone.map(each => each.uid) }
}

/** An owner that waits in the foreground waits for the dependents of its dependents too. */
function planDeletion(object: GraphObject, isAwaited: boolean, dependents: readonly GraphObject[]): CollectionPlan {
  if (isAwaited && dependents.length > 0)
    return { type: 'delete', propagation: 'Foreground', unblockOwners: dependents.some(waitsForDependents) }
  const { finalizers } = object
  const propagation = finalizers.includes(ORPHAN_FINALIZER)
    ? 'Orphan'
    : finalizers.includes(FOREGROUND_FINALIZER)
      ? 'Foreground'
      : 'Background'
  return { type: 'delete', propagation, unblockOwners: false }
}
