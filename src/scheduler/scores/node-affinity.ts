import { matchesNodeTerm } from '../filters/node-selector.ts'
import type { Score } from './score.ts'
import { scaled } from './score.ts'

/** Preferred node affinity: the weights of the terms that hold. */
export const nodeAffinityScore: Score = {
  name: 'NodeAffinity',
  weight: 2,
  prepare: ({ pod }, _cluster, candidates) => {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return () => 0
    return scaled(
      candidates,
      node => preferred.reduce((sum, term) => sum + (matchesNodeTerm(term.preference, node) ? term.weight : 0), 0),
      { reverse: false },
    )
  },
}
