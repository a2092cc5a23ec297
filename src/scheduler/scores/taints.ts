import { isTolerated } from '../../control/tolerations.ts'
import type { Score } from './score.ts'
import { scaled } from './score.ts'

/** Prefers the node with the fewest PreferNoSchedule taints that the pod does not tolerate. */
export const taintsScore: Score = {
  name: 'TaintToleration',
  weight: 3,
  prepare: ({ pod }, _cluster, candidates) =>
    scaled(
      candidates,
      ({ node }) =>
        (node.spec?.taints ?? []).filter(
          taint => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, pod.spec?.tolerations),
        ).length,
      { reverse: true },
    ),
}
