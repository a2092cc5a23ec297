import type { NodeView } from '../cluster.ts'
import type { Resources } from '../resources.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'

/** A node gives no more than its allocatable, of any resource, the number of pods included. */
export const resourcesFitFilter: Filter = {
  name: 'NodeResourcesFit',
  unblockedBy: ['node-added', 'node-changed', 'pod-removed', 'pod-changed'],
  prepare: ({ requests }) => {
    const wanted = Object.entries(requests).filter(([, amount]) => amount > 0)
    return node => {
      const reasons = wanted.flatMap(([name, amount]) => (fits(node, name, amount) ? [] : [`Insufficient ${name}`]))
      if (isFull(node)) reasons.unshift('Too many pods')
      return reasons.length === 0 ? passes : reasons
    }
  },
}

function fits(node: NodeView, name: string, amount: number): boolean {
  return amount <= freeOf(node.allocatable, node.requested, name)
}

function freeOf(allocatable: Resources, requested: Resources, name: string): number {
  return (allocatable[name] ?? 0) - (requested[name] ?? 0)
}

/** A node that does not say how many pods it takes takes any number. */
function isFull(node: NodeView): boolean {
  const podsMax = node.allocatable['pods']
  return podsMax !== undefined && node.pods.size + 1 > podsMax
}
