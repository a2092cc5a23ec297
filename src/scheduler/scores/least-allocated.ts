import type { Score } from './score.ts'
import { SCORE_MAX } from './score.ts'
import { shareInUse } from './share-in-use.ts'

/** Prefers the node that has most left of its processors and memory. */
export const leastAllocatedScore: Score = {
  name: 'NodeResourcesLeastAllocated',
  weight: 1,
  prepare: pod => node => SCORE_MAX * (1 - (shareInUse(pod, node, 'cpu') + shareInUse(pod, node, 'memory')) / 2),
}
