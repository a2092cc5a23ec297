import type { Filter } from './filter.ts'
import { passes } from './filter.ts'

/** A pod that names its node is for no other. */
export const nodeNameFilter: Filter = {
  name: 'NodeName',
  unblockedBy: ['node-added'],
  prepare: ({ pod }) => {
    const wanted = pod.spec?.nodeName
    return node => (!wanted || wanted === node.name ? passes : ["node(s) didn't match the requested node name"])
  },
}
