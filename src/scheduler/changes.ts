/** Which changes of nodes and pods can matter to a pod that waits. Pure. */

import { equalJson } from '../api/equal-json.ts'
import type { Node } from '../api/kinds/core/node.ts'
import type { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'

type PodObject = DeepReadonly<Pod>
type NodeObject = DeepReadonly<Node>

/** Heartbeats and conditions do not: only what a filter reads. */
export function didNodeChange(now: NodeObject, before: NodeObject): boolean {
  return !(
    equalJson(now.spec, before.spec) &&
    equalJson(now.metadata.labels, before.metadata.labels) &&
    equalJson(now.status?.allocatable, before.status?.allocatable)
  )
}

export function didPodChange(now: PodObject, before: PodObject): boolean {
  return !(equalJson(now.spec, before.spec) && equalJson(now.metadata.labels, before.metadata.labels))
}

export function isFinished(pod: PodObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** It is ours to place: nobody else's, not on its way out, and no gate holds it. */
export function isWaitingForNode(pod: PodObject, schedulerName: string): boolean {
  if (pod.metadata.deletionTimestamp !== undefined || pod.spec?.nodeName) return false
  if ((pod.spec?.schedulingGates?.length ?? 0) > 0) return false
  return (pod.spec?.schedulerName || 'default-scheduler') === schedulerName
}
