import type { WeightedPodAffinityTerm } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { ClusterView, NodeView, PodView } from '../cluster.ts'
import { countByDomain, domainOf, podTerm } from '../filters/pod-affinity.ts'
import type { Score } from './score.ts'
import { SCORE_MAX } from './score.ts'

/** Preferred affinity and anti-affinity to other pods: the weights of the terms, once for each pod they find. */
export const podAffinityScore: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  prepare: (pod, cluster, candidates) => {
    const { podAffinity, podAntiAffinity } = pod.pod.spec?.affinity ?? {}
    const terms = [
      ...weigh(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1, pod, cluster),
      ...weigh(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1, pod, cluster),
    ]
    if (terms.length === 0) return () => 0
    const values = new Map(candidates.map(node => [node.name, terms.reduce((sum, term) => sum + term(node), 0)]))
    const least = Math.min(...values.values())
    const range = Math.max(...values.values()) - least
    return node => (range === 0 ? 0 : (SCORE_MAX * ((values.get(node.name) ?? least) - least)) / range)
  },
}

function weigh(
  preferred: readonly DeepReadonly<WeightedPodAffinityTerm>[] | undefined,
  sign: 1 | -1,
  pod: PodView,
  cluster: ClusterView,
): readonly ((node: NodeView) => number)[] {
  return (preferred ?? []).map(({ weight, podAffinityTerm }) => {
    const term = podTerm(podAffinityTerm, pod, cluster)
    const counts = countByDomain(term, cluster)
    return node => sign * weight * (counts.get(domainOf(node, term.topologyKey) ?? '') ?? 0)
  })
}
