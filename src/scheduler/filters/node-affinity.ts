import type { Filter } from './filter.ts'
import { passes } from './filter.ts'
import { labelsMatch, matchesNodeSelector } from './node-selector.ts'

/** The pod's own choice of nodes: `nodeSelector` and required node affinity. */
export const nodeAffinityFilter: Filter = {
  name: 'NodeAffinity',
  unblockedBy: ['node-added', 'node-changed'],
  prepare: ({ pod }) => {
    const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    return node => {
      const fits =
        labelsMatch(pod.spec?.nodeSelector, node.labels) && (!required || matchesNodeSelector(required, node))
      return fits ? passes : ["node(s) didn't match Pod's node affinity/selector"]
    }
  },
}
