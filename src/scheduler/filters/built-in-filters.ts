import type { Filter } from './filter.ts'
import { hostPortsFilter } from './host-ports.ts'
import { interPodAffinityFilter } from './inter-pod-affinity.ts'
import { nodeAffinityFilter } from './node-affinity.ts'
import { nodeNameFilter } from './node-name.ts'
import { nodeUnschedulableFilter } from './node-unschedulable.ts'
import { resourcesFitFilter } from './resources-fit.ts'
import { taintsFilter } from './taints.ts'
import { topologySpreadFilter } from './topology-spread.ts'

/** In the order they are asked: the first that rejects a node explains it. */
export const builtInFilters: readonly Filter[] = [
  nodeUnschedulableFilter,
  nodeNameFilter,
  taintsFilter,
  nodeAffinityFilter,
  hostPortsFilter,
  resourcesFitFilter,
  topologySpreadFilter,
  interPodAffinityFilter,
]
