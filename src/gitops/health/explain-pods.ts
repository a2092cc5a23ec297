import type { DeepReadonly } from '../../api/object.ts'
import { showText } from '../object/show-text.ts'

interface ContainerState {
  readonly waiting?: { readonly reason?: string }
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number }
}

interface ContainerStatus {
  readonly name?: string
  readonly ready?: boolean
  readonly state?: ContainerState
}

/** The part of a Pod that explanations read. */
export interface ExplainedPod {
  readonly metadata: { readonly deletionTimestamp?: string }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly { readonly type?: string; readonly status?: string; readonly reason?: string }[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

const REASONS_MAX = 3

/**
 * Why pods are not ready, most frequent first: `2 pods: container web CrashLoopBackOff`. Reasons are the node agent's
 * and scheduler's words for programs; messages and logs stay where they are, because they may hold anything.
 */
export function explainPods(pods: readonly DeepReadonly<ExplainedPod>[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const why = explainPod(pod)
    if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, REASONS_MAX)
  return sorted.map(([why, count]) => `${count === 1 ? '1 pod' : `${count} pods`}: ${why}`)
}

function explainPod({ metadata, status }: DeepReadonly<ExplainedPod>): string | undefined {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded') return undefined
  const unscheduled = status?.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'False')
  if (unscheduled !== undefined) return `not scheduled (${showText(unscheduled.reason ?? 'Pending')})`
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  for (const { name, state, ready } of containers) {
    const reason = state?.waiting?.reason ?? terminatedReason(state)
    if (reason !== undefined && ready !== true) return `container ${showText(name ?? '')} ${showText(reason)}`
  }
  const notReady = containers.find(container => container.ready === false)
  return notReady === undefined ? undefined : `container ${showText(notReady.name ?? '')} is not ready`
}

function terminatedReason(state: ContainerState | undefined): string | undefined {
  const terminated = state?.terminated
  if (terminated === undefined || terminated.exitCode === 0) return undefined
  return `${terminated.reason ?? 'Error'} (exit code ${terminated.exitCode ?? 'unknown'})`
}
