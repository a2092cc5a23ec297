import type { ClusterView, NodeView, PodView } from '../cluster.ts'

export const SCORE_MAX = 100

/** One way to compare nodes that a pod may run on. Pure. */
export interface Score {
  readonly name: string
  readonly weight: number
  /** Works out what is common to all nodes, then rates each from 0 (worst) to SCORE_MAX. */
  readonly prepare: (pod: PodView, cluster: ClusterView, candidates: readonly NodeView[]) => NodeScore
}

export type NodeScore = (node: NodeView) => number

/** Scales raw values so that the largest is SCORE_MAX. */
export function scaled(
  candidates: readonly NodeView[],
  raw: (node: NodeView) => number,
  options: { readonly reverse: boolean },
): NodeScore {
  const values = new Map(candidates.map(node => [node.name, raw(node)]))
  const max = Math.max(0, ...values.values())
  return node => {
    const share = max === 0 ? 0 : (values.get(node.name) ?? 0) / max
    return SCORE_MAX * (options.reverse ? 1 - share : share)
  }
}
