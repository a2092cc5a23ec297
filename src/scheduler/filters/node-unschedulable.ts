import { isTolerated } from '../../control/tolerations.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

/** A cordoned node takes no new pods, except those that tolerate it. */
export const nodeUnschedulableFilter: Filter = {
  name: 'NodeUnschedulable',
  unblockedBy: ['node-added', 'node-changed'],
  prepare: ({ pod }) => {
    const tolerated = isTolerated(UNSCHEDULABLE_TAINT, pod.spec?.tolerations)
    return ({ node }) => (tolerated || node.spec?.unschedulable !== true ? passes : ['node(s) were unschedulable'])
  },
}
