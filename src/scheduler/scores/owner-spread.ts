import type { NodeView, PodView } from '../cluster.ts'
import type { Score } from './score.ts'
import { scaled } from './score.ts'

/** Spreads the pods of one owner: prefers the node with the fewest of them. Pods on their way out do not count. */
export const ownerSpreadScore: Score = {
  name: 'OwnerSpread',
  weight: 2,
  prepare: (pod, _cluster, candidates) => {
    const owner = ownerUid(pod)
    if (owner === undefined) return () => 0
    return scaled(candidates, node => countSiblings(node, owner), { reverse: true })
  },
}

function countSiblings(node: NodeView, owner: string): number {
  let count = 0
  for (const other of node.pods.values())
    if (ownerUid(other) === owner && other.pod.metadata.deletionTimestamp === undefined) count += 1
  return count
}

function ownerUid({ pod }: PodView): string | undefined {
  return pod.metadata.ownerReferences?.find(reference => reference.controller === true)?.uid
}
