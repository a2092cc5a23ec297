import type { PodAffinityTerm } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { labelSelectorMatcher } from '../../api/selector/label-selector.ts'
import type { ClusterView, NodeView, PodView } from '../cluster.ts'

/** A term of (anti-)affinity, ready to be asked about pods: which ones it means, and over which part of the cluster. */
export interface PodTerm {
  readonly topologyKey: string
  readonly selects: (pod: PodView) => boolean
}

/** `of` is the pod that has the term: its namespace is meant when the term names none, its labels by `matchLabelKeys`. */
export function podTerm(term: DeepReadonly<PodAffinityTerm>, of: PodView, cluster: ClusterView): PodTerm {
  const matcher = labelSelectorMatcher(selectorOf(term, of))
  const isMeant = namespaceMatcher(term, of, cluster)
  return {
    topologyKey: term.topologyKey,
    selects: pod => isMeant(pod.namespace) && matcher.matches(pod.labels),
  }
}

function selectorOf(term: DeepReadonly<PodAffinityTerm>, of: PodView) {
  const selector = term.labelSelector
  if (selector === undefined || selector === null) return selector
  const keyed = (keys: readonly string[] | undefined, operator: string) =>
    (keys ?? []).filter(key => of.labels[key] !== undefined).map(key => ({ key, operator, values: [of.labels[key]!] }))
  const expressions = [...keyed(term.matchLabelKeys, 'In'), ...keyed(term.mismatchLabelKeys, 'NotIn')]
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...expressions] }
}

/** Neither names nor a selector: the pod's own namespace; an empty selector: every namespace. */
function namespaceMatcher(
  { namespaces = [], namespaceSelector }: DeepReadonly<PodAffinityTerm>,
  of: PodView,
  cluster: ClusterView,
): (namespace: string) => boolean {
  if (namespaceSelector === undefined) {
    const named = namespaces.length === 0 ? [of.namespace] : namespaces
    return namespace => named.includes(namespace)
  }
  const matcher = labelSelectorMatcher(namespaceSelector)
  return namespace => namespaces.includes(namespace) || matcher.matches(cluster.namespaceLabels(namespace))
}

/** The part of the cluster that a node belongs to; undefined when it does not say. */
export function domainOf(node: NodeView, topologyKey: string): string | undefined {
  return Object.hasOwn(node.labels, topologyKey) ? node.labels[topologyKey] : undefined
}

/** How many pods that a term means stand in each part of the cluster. */
export function countByDomain({ topologyKey, selects }: PodTerm, cluster: ClusterView): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const node of cluster.nodes) {
    const domain = domainOf(node, topologyKey)
    if (domain === undefined) continue
    let count = 0
    for (const pod of node.pods.values()) if (selects(pod)) count += 1
    if (count > 0) counts.set(domain, (counts.get(domain) ?? 0) + count)
  }
  return counts
}

export function requiredAffinity(of: PodView, cluster: ClusterView): readonly PodTerm[] {
  const terms = of.pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  return terms.map(term => podTerm(term, of, cluster))
}

export function requiredAntiAffinity(of: PodView, cluster: ClusterView): readonly PodTerm[] {
  const terms = of.pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  return terms.map(term => podTerm(term, of, cluster))
}
