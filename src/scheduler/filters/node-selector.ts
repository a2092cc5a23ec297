import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { NodeView } from '../cluster.ts'

type Labels = Readonly<Record<string, string>>

export function labelsMatch(wanted: Labels | undefined, labels: Labels): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value)
}

/** One of the terms must hold (API reference, "NodeSelector"). */
export function matchesNodeSelector(selector: DeepReadonly<NodeSelector>, node: NodeView): boolean {
  return (selector.nodeSelectorTerms ?? []).some(term => matchesNodeTerm(term, node))
}

/** Every requirement of a term must hold; a term without any holds for no node. */
export function matchesNodeTerm(term: DeepReadonly<NodeSelectorTerm>, node: NodeView): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  return (
    matchExpressions.every(each =>
      holds(each, Object.hasOwn(node.labels, each.key) ? node.labels[each.key] : undefined),
    ) && matchFields.every(each => holds(each, each.key === 'metadata.name' ? node.name : undefined))
  )
}

function holds({ operator, values = [] }: DeepReadonly<NodeSelectorRequirement>, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return isWhole(value) && isWhole(values[0]) && BigInt(value) > BigInt(values[0])
    case 'Lt':
      return isWhole(value) && isWhole(values[0]) && BigInt(value) < BigInt(values[0])
    default:
      return false
  }
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^-?\d{1,19}$/.test(text)
}
