import type { Container, ContainerStatus } from '../../generated/types.ts'
import type { Pod } from './pod.ts'

export interface PodContainerCount {
  readonly ready: number
  /** Containers and sidecars. */
  readonly total: number
  readonly restarts: number
  /** When the latest restarted container had ended before, RFC 3339. */
  readonly lastRestart: string | undefined
}

/**
 * Counts as `kubectl get pods` shows them. While a pod initializes, restarts are those of its init containers; later
 * those of its containers and sidecars.
 */
export function countPodContainers(pod: Pod): PodContainerCount {
  const { spec, status } = pod
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name))
  const initStatuses = status?.initContainerStatuses ?? []
  const statuses = status?.containerStatuses ?? []
  const sidecarStatuses = initStatuses.filter(({ name }) => sidecars.has(name))
  const initializing = initStatuses.some(each => !isInitialized(each, sidecars.has(each.name)))
  const counted = initializing && !hasInitialized(pod) ? initStatuses : [...sidecarStatuses, ...statuses]
  return {
    ready:
      statuses.filter(({ ready, state }) => ready && state?.running !== undefined).length +
      sidecarStatuses.filter(({ ready, started }) => ready && started).length,
    total: (spec.containers ?? []).length + sidecars.size,
    restarts: counted.reduce((sum, { restartCount }) => sum + restartCount, 0),
    lastRestart: latest(counted),
  }
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}

/** An init container has done what the next one waits for. */
export function isInitialized({ state, started }: ContainerStatus, sidecar: boolean): boolean {
  if (sidecar) return started === true
  return state?.terminated !== undefined && state.terminated.exitCode === 0
}

function hasInitialized({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: value }) => type === 'Initialized' && value === 'True')
}

function latest(statuses: readonly ContainerStatus[]): string | undefined {
  const ends = statuses.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? [])
  return ends.sort().at(-1)
}
