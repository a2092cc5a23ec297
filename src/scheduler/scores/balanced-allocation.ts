import type { Score } from './score.ts'
import { SCORE_MAX } from './score.ts'
import { shareInUse } from './share-in-use.ts'

/** Prefers the node whose processors and memory would be used alike, so that neither is stranded. */
export const balancedAllocationScore: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare: pod => node =>
    SCORE_MAX * (1 - Math.abs(shareInUse(pod, node, 'cpu') - shareInUse(pod, node, 'memory')) / 2),
}
