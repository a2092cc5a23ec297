import type { Filter } from './filter.ts'
import { hostPortsFilter } from './host-ports.ts'
import { nodeAffinityFilter } from './node-affinity.ts'
import { nodeNameFilter } from './node-name.ts'
import { nodeUnschedulableFilter } from './node-unschedulable.ts'
import { resourcesFitFilter } from './resources-fit.ts'
import { taintsFilter } from './taints.ts'

/** In the order they are asked: the first that rejects a node explains it. */
export const builtInFilters: readonly Filter[] = [
  nodeUnschedulableFilter,
  nodeNameFilter,
  taintsFilter,
  nodeAffinityFilter,
  hostPortsFilter,
  resourcesFitFilter,
]
