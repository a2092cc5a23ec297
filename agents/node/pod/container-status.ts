import type {
  ContainerState as ApiState,
  Container,
  ContainerStateTerminated,
  ContainerStatus,
} from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { formatTime } from '../../../src/lib/clock.ts'
import type { ContainerState } from '../runtime-driver.ts'
import { isEnding } from './plan-pod.ts'
import type { PodView } from './pod-view.ts'
import { attempts, initContainers, isInitialized, isRestarted, isSidecar } from './pod-view.ts'
import { formatDelay, restartAtMs } from './restart-backoff.ts'

/** The status of one container, with reasons as the kubelet gives them. `scheme`: `process`, `docker`. */
export function containerStatus(
  view: PodView,
  container: DeepReadonly<Container>,
  isInit: boolean,
  scheme: string,
): ContainerStatus {
  const all = attempts(view, container.name)
  const latest = all.at(-1)
  const before = knownStatus(view, container.name)
  // Its sandbox is gone (a restart of the machine, the end of the pod): what was known stays.
  if (latest === undefined && before?.containerID) return whatWasKnown(view, before)
  const state = stateOf(view, container, latest, isInit, scheme)
  const ended = latest?.state === 'exited' ? terminated(view, container, latest, scheme) : undefined
  const previous = all.at(-2)
  const last =
    state.terminated === undefined && ended !== undefined
      ? ended
      : previous && terminated(view, container, previous, scheme)
  const isRunning = state.running !== undefined
  const probes = latest && view.memory.probes.get(latest.id)
  const isStarted = isRunning && (probes?.isStarted ?? container.startupProbe === undefined)
  const isReady = isRunning && (probes?.isReady ?? (container.readinessProbe === undefined && isStarted))
  const isDone = isInit && !isSidecar(container)
  return {
    name: container.name,
    image: latest?.image ?? container.image ?? '',
    imageID: latest?.imageId ?? '',
    ...(latest && { containerID: `${scheme}://${latest.id}` }),
    restartCount: latest?.attempt ?? before?.restartCount ?? 0,
    ready: isDone ? state.terminated?.exitCode === 0 : isReady,
    started: isDone ? false : isStarted,
    state,
    lastState: last === undefined ? ((before?.lastState as ApiState | undefined) ?? {}) : { terminated: last },
  }
}

function stateOf(
  view: PodView,
  container: DeepReadonly<Container>,
  latest: ContainerState | undefined,
  isInit: boolean,
  scheme: string,
): ApiState {
  const failure = view.memory.failures.get(container.name)
  const waiting = (reason: string, message?: string) => ({
    waiting: { reason, ...(message !== undefined && { message }) },
  })
  if (latest?.state === 'running' && !view.memory.starting.has(latest.id)) {
    return { running: { startedAt: formatTime(latest.startedAtMs ?? latest.createdAtMs) } }
  }
  if (latest?.state === 'exited') {
    const end = terminated(view, container, latest, scheme)
    if (isEnding(view) || !isRestarted(view, container, end.exitCode, isInit)) return { terminated: end }
    if (failure !== undefined) return waiting(failure.reason, failure.message)
    const backoff = view.memory.backoff.get(container.name)
    const finishedAtMs = latest.finishedAtMs ?? view.nowMs
    if (backoff === undefined || restartAtMs(backoff, finishedAtMs) <= view.nowMs) return { terminated: end }
    const who = `pod=${view.pod.metadata.name}_${view.pod.metadata.namespace}(${view.pod.metadata.uid})`
    return waiting(
      'CrashLoopBackOff',
      `back-off ${formatDelay(backoff.delayMs)} restarting failed container=${container.name} ${who}`,
    )
  }
  if (failure !== undefined) return waiting(failure.reason, failure.message)
  const hasInit = initContainers(view).length > 0
  return waiting(
    hasInit && (isInit ? false : !isInitialized(view))
      ? 'PodInitializing'
      : hasInit && isInit
        ? 'PodInitializing'
        : 'ContainerCreating',
  )
}

function terminated(
  view: PodView,
  container: DeepReadonly<Container>,
  state: ContainerState,
  scheme: string,
): ContainerStateTerminated {
  const startError = view.memory.startErrors.get(state.id)
  const exitCode = state.exitCode ?? 137
  const own = state.terminationMessage
  const tail =
    container.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0
      ? view.memory.logTails.get(state.id)
      : undefined
  const message = startError ?? (own || tail)
  const finishedAt = formatTime(state.finishedAtMs ?? view.nowMs)
  return {
    containerID: `${scheme}://${state.id}`,
    exitCode,
    reason: reasonOf(state, exitCode, startError),
    startedAt: state.startedAtMs === undefined ? finishedAt : formatTime(state.startedAtMs),
    finishedAt,
    ...(message && { message }),
  }
}

/** A child killed for memory leaves the main process alive: OOMKilled is only said of one that failed. */
function reasonOf(state: ContainerState, exitCode: number, startError: string | undefined): string {
  if (startError !== undefined) return 'StartError'
  if (exitCode === 0) return 'Completed'
  return state.oomKilled ? 'OOMKilled' : 'Error'
}

function knownStatus({ pod }: PodView, name: string): DeepReadonly<ContainerStatus> | undefined {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  return statuses.find(each => each.name === name)
}

function whatWasKnown(view: PodView, before: DeepReadonly<ContainerStatus>): ContainerStatus {
  const known = before as ContainerStatus
  if (known.state?.running === undefined)
    return { ...known, ready: known.state?.terminated?.exitCode === 0 && known.ready }
  const end: ContainerStateTerminated = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    ...(known.containerID && { containerID: known.containerID }),
    ...(known.state.running.startedAt && { startedAt: known.state.running.startedAt }),
    finishedAt: formatTime(view.nowMs),
  }
  const state: ApiState = isEnding(view) ? { terminated: end } : { waiting: { reason: 'ContainerCreating' } }
  return {
    ...known,
    ready: false,
    started: false,
    state,
    lastState: isEnding(view) ? (known.lastState ?? {}) : { terminated: end },
  }
}
