import type { ContainerStatus } from '../../generated/types.ts'
import type { Pod } from './pod.ts'
import { isInitialized, isSidecar } from './pod-container-count.ts'

/**
 * The Status cell of a pod: its phase, unless something says it more exactly (a reason, an init container that is not
 * done, a container that waits or ended, a deletion).
 */
export function podReason(pod: Pod): string {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp !== undefined) return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  const initReason = unfinishedInitReason(pod)
  if (initReason !== undefined && !hasCondition(pod, 'Initialized')) return initReason
  return containersReason(pod, phaseReason(pod))
}

function phaseReason({ status }: Pod): string {
  if (status?.reason) return status.reason
  const gated = status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated')
  return gated ? 'SchedulingGated' : (status?.phase ?? '')
}

function unfinishedInitReason({ spec, status }: Pod): string | undefined {
  const containers = new Map((spec.initContainers ?? []).map(container => [container.name, container]))
  for (const [index, each] of (status?.initContainerStatuses ?? []).entries()) {
    const container = containers.get(each.name)
    if (!isInitialized(each, container !== undefined && isSidecar(container))) {
      return initReason(each, index, containers.size)
    }
  }
  return undefined
}

function initReason({ state }: ContainerStatus, index: number, count: number): string {
  const { terminated, waiting } = state ?? {}
  if (terminated !== undefined) {
    if (terminated.reason) return `Init:${terminated.reason}`
    return terminated.signal ? `Init:Signal:${terminated.signal}` : `Init:ExitCode:${terminated.exitCode}`
  }
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
  return `Init:${index}/${count}`
}

function containersReason(pod: Pod, initial: string): string {
  let reason = initial
  let hasRunning = false
  for (const { state, ready } of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { waiting, terminated, running } = state ?? {}
    if (waiting?.reason) reason = waiting.reason
    else if (terminated?.reason) reason = terminated.reason
    else if (terminated !== undefined) {
      reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`
    } else if (ready && running !== undefined) hasRunning = true
  }
  if (reason !== 'Completed' || !hasRunning) return reason
  return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady'
}

function hasCondition({ status }: Pod, wanted: string): boolean {
  return (status?.conditions ?? []).some(({ type, status: value }) => type === wanted && value === 'True')
}
