import type { NodeView, PodView } from '../cluster.ts'

/** How much of a node's resource would be in use with the pod on it: 0 to 1. */
export function shareInUse(pod: PodView, node: NodeView, resource: string): number {
  const allocatable = node.allocatable[resource] ?? 0
  if (allocatable <= 0) return 1
  return Math.min(1, ((node.weight[resource] ?? 0) + (pod.weight[resource] ?? 0)) / allocatable)
}
