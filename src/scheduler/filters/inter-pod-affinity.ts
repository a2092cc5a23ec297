import type { ClusterView, NodeView, PodView } from '../cluster.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'
import { countByDomain, domainOf, type PodTerm, requiredAffinity, requiredAntiAffinity } from './pod-affinity.ts'

/** Pods that must be near others, or must not be; also what the pods that are there already demand of a new one. */
export const interPodAffinityFilter: Filter = {
  name: 'InterPodAffinity',
  unblockedBy: ['node-added', 'node-changed', 'pod-placed', 'pod-changed', 'pod-removed', 'namespace-changed'],
  prepare: (pod, cluster) => {
    const near = nearFilter(pod, cluster)
    const away = awayFilter(pod, cluster)
    const forbidden = forbiddenDomains(pod, cluster)
    return node => {
      if (!near(node)) return ["node(s) didn't match pod affinity rules"]
      if (!away(node)) return ["node(s) didn't match pod anti-affinity rules"]
      const isForbidden = forbidden.some(({ topologyKey, domain }) => domainOf(node, topologyKey) === domain)
      return isForbidden ? ["node(s) didn't satisfy existing pods anti-affinity rules"] : passes
    }
  },
}

/**
 * Every term must find one of its pods in the node's part of the cluster. The first pod of a group that wants to be
 * together finds none yet: it may go anywhere, if it is itself one that all its terms mean.
 */
function nearFilter(pod: PodView, cluster: ClusterView): (node: NodeView) => boolean {
  const terms = requiredAffinity(pod, cluster).map(term => ({ term, counts: countByDomain(term, cluster) }))
  const isFirst = terms.every(({ term, counts }) => counts.size === 0 && term.selects(pod))
  return node =>
    terms.every(({ term, counts }) => {
      const domain = domainOf(node, term.topologyKey)
      return domain !== undefined && (isFirst || counts.has(domain))
    })
}

function awayFilter(pod: PodView, cluster: ClusterView): (node: NodeView) => boolean {
  const terms = requiredAntiAffinity(pod, cluster).map(term => ({ term, counts: countByDomain(term, cluster) }))
  return node =>
    terms.every(({ term, counts }) => {
      const domain = domainOf(node, term.topologyKey)
      return domain === undefined || !counts.has(domain)
    })
}

interface Domain {
  readonly topologyKey: string
  readonly domain: string
}

function forbiddenDomains(pod: PodView, cluster: ClusterView): readonly Domain[] {
  const domains: Domain[] = []
  for (const node of cluster.nodes)
    for (const other of node.pods.values())
      for (const term of requiredAntiAffinity(other, cluster)) addIfMeant(domains, term, node, pod)
  return domains
}

function addIfMeant(domains: Domain[], { topologyKey, selects }: PodTerm, node: NodeView, pod: PodView): void {
  const domain = domainOf(node, topologyKey)
  if (domain !== undefined && selects(pod)) domains.push({ topologyKey, domain })
}
