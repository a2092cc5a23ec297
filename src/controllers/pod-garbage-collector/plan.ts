/** Which pods nobody will ever end. Pure. */

import type { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { parseTime } from '../../lib/clock.ts'
import { isPodFinished } from '../pod-state.ts'

type PodView = DeepReadonly<Pod>

/** A node may be gone for this long before its pods are given up: it may be about to register again. */
const NODE_GONE_GRACE_MS = 40_000

export type PodVerdict =
  | { readonly type: 'keep' }
  /** Its node is missing; judge again after so many whole milliseconds. */
  | { readonly type: 'wait'; readonly forMs: number }
  | { readonly type: 'delete'; readonly why: string }

/** `nodeGoneForMs`: undefined while its node is there. */
export function judgePod(pod: PodView, nodeGoneForMs: number | undefined): PodVerdict {
  const isPlaced = !!pod.spec?.nodeName
  if (!isPlaced && pod.metadata.deletionTimestamp !== undefined)
    return { type: 'delete', why: 'PodGC: deleted before it had a node' }
  if (!isPlaced || nodeGoneForMs === undefined) return { type: 'keep' }
  if (nodeGoneForMs < NODE_GONE_GRACE_MS) return { type: 'wait', forMs: Math.ceil(NODE_GONE_GRACE_MS - nodeGoneForMs) }
  return { type: 'delete', why: 'PodGC: node no longer exists' }
}

/** Finished pods beyond `max`, the oldest first. */
export function excessFinishedPods(pods: readonly PodView[], max: number): readonly PodView[] {
  const finished = pods.filter(pod => isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined)
  if (finished.length <= max) return []
  return finished.sort(compareAge).slice(0, finished.length - max)
}

function compareAge(left: PodView, right: PodView): number {
  const difference =
    (parseTime(left.metadata.creationTimestamp) ?? 0) - (parseTime(right.metadata.creationTimestamp) ?? 0)
  return difference !== 0 ? difference : left.metadata.name < right.metadata.name ? -1 : 1
}
