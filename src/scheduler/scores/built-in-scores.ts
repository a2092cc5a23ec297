import { balancedAllocationScore } from './balanced-allocation.ts'
import { leastAllocatedScore } from './least-allocated.ts'
import { nodeAffinityScore } from './node-affinity.ts'
import { ownerSpreadScore } from './owner-spread.ts'
import { podAffinityScore } from './pod-affinity.ts'
import type { Score } from './score.ts'
import { taintsScore } from './taints.ts'

export const builtInScores: readonly Score[] = [
  leastAllocatedScore,
  balancedAllocationScore,
  nodeAffinityScore,
  taintsScore,
  ownerSpreadScore,
  podAffinityScore,
]
