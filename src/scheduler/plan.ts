/** Decides on which node a pod is to run. Pure: ties are settled by the number that the caller drew. */

import type { ClusterView, NodeView, PodView } from './cluster.ts'
import { builtInFilters } from './filters/built-in-filters.ts'
import type { Filter } from './filters/filter.ts'
import { builtInScores } from './scores/built-in-scores.ts'
import type { Score } from './scores/score.ts'

export type Placement =
  | { readonly type: 'node'; readonly nodeName: string }
  /** No node will do. `message` is for the pod's condition, `rejectedBy` names the filters that had a say in it. */
  | { readonly type: 'unschedulable'; readonly message: string; readonly rejectedBy: readonly string[] }

export interface PlacementRules {
  readonly filters: readonly Filter[]
  readonly scores: readonly Score[]
}

const builtInRules: PlacementRules = { filters: builtInFilters, scores: builtInScores }

/** Scores closer than this count as equal. */
const SCORE_TOLERANCE = 1e-6

/** `draw` is a number in [0, 1) that picks among equally good nodes. */
export function planPlacement(
  pod: PodView,
  cluster: ClusterView,
  draw: number,
  rules: PlacementRules = builtInRules,
): Placement {
  const { candidates, rejections } = filterNodes(pod, cluster, rules.filters)
  if (candidates.length === 0) return explain(cluster.nodes.length, rejections)
  const best = bestNodes(pod, cluster, candidates, rules.scores)
  const chosen = best[Math.min(best.length - 1, Math.floor(draw * best.length))]
  return { type: 'node', nodeName: (chosen ?? candidates[0]!).name }
}

interface Rejection {
  readonly filter: string
  readonly reasons: readonly string[]
}

function filterNodes(pod: PodView, cluster: ClusterView, filters: readonly Filter[]) {
  const prepared = filters.map(filter => ({ name: filter.name, rejects: filter.prepare(pod, cluster) }))
  const candidates: NodeView[] = []
  const rejections: Rejection[] = []
  for (const node of cluster.nodes) {
    let rejection: Rejection | undefined
    for (const { name, rejects } of prepared) {
      const reasons = rejects(node)
      if (reasons.length === 0) continue
      rejection = { filter: name, reasons }
      break
    }
    if (rejection === undefined) candidates.push(node)
    else rejections.push(rejection)
  }
  return { candidates, rejections }
}

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.` */
function explain(nodeCount: number, rejections: readonly Rejection[]): Placement {
  if (nodeCount === 0)
    return { type: 'unschedulable', message: 'no nodes available to schedule pods', rejectedBy: ['NodeName'] }
  const counts = new Map<string, number>()
  for (const { reasons } of rejections) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort()
  return {
    type: 'unschedulable',
    message: `0/${nodeCount} nodes are available: ${parts.join(', ')}.`,
    rejectedBy: [...new Set(rejections.map(each => each.filter))].sort(),
  }
}

function bestNodes(
  pod: PodView,
  cluster: ClusterView,
  candidates: readonly NodeView[],
  scores: readonly Score[],
): readonly NodeView[] {
  if (candidates.length === 1) return candidates
  const prepared = scores.map(({ weight, prepare }) => ({ weight, rate: prepare(pod, cluster, candidates) }))
  const rated = candidates.map(node => ({
    node,
    score: prepared.reduce((sum, { weight, rate }) => sum + weight * rate(node), 0),
  }))
  const best = Math.max(...rated.map(each => each.score))
  return rated.filter(each => each.score >= best - SCORE_TOLERANCE).map(each => each.node)
}
