import type { ClusterView, NodeView, PodView } from '../cluster.ts'

/** Something that happened to the cluster and may make room for a pod. */
export type ClusterEvent =
  | 'node-added'
  | 'node-changed'
  | 'pod-placed'
  | 'pod-changed'
  | 'pod-removed'
  | 'namespace-changed'

/** One reason why a pod may not run on a node. Pure; each rejection explains itself. */
export interface Filter {
  readonly name: string
  /** Only after one of these is a pod that this filter rejected worth another look. */
  readonly unblockedBy: readonly ClusterEvent[]
  /** Why not, as counted in `1 node(s) had untolerated taint {k: v}`; nothing when the pod may run there. */
  readonly prepare: (pod: PodView, cluster: ClusterView) => NodeFilter
}

/** What is common to all nodes has been worked out. */
type NodeFilter = (node: NodeView) => readonly string[]

export const passes: readonly string[] = []
