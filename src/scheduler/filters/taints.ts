import { isTolerated } from '../../control/tolerations.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'

/** A node keeps away pods that do not tolerate its taints. The first taint in the way is named. */
export const taintsFilter: Filter = {
  name: 'TaintToleration',
  unblockedBy: ['node-added', 'node-changed', 'pod-changed'],
  prepare:
    ({ pod }) =>
    ({ node }) => {
      const taint = node.spec?.taints?.find(
        each => each.effect !== 'PreferNoSchedule' && !isTolerated(each, pod.spec?.tolerations),
      )
      return taint === undefined ? passes : [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`]
    },
}
