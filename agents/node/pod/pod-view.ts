import type { Container } from '../../../src/api/generated/types.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { ContainerState, Sandbox } from '../runtime-driver.ts'
import type { PodMemory } from './pod-memory.ts'

/** Everything a decision about one pod looks at. */
export interface PodView {
  readonly pod: DeepReadonly<Pod>
  /** The object is gone from the server for certain, or its deletion was asked for. */
  readonly isRemoved: boolean
  readonly sandbox: Sandbox | undefined
  /** Of that sandbox, all attempts. */
  readonly containers: readonly ContainerState[]
  readonly memory: PodMemory
  readonly nowMs: number
}

export function latestAttempt(view: PodView, name: string): ContainerState | undefined {
  return attempts(view, name).at(-1)
}

/** Oldest first. */
export function attempts(view: PodView, name: string): ContainerState[] {
  return view.containers.filter(each => each.name === name).sort((a, b) => a.attempt - b.attempt)
}

export function isSidecar(container: DeepReadonly<Container>): boolean {
  return container.restartPolicy === 'Always'
}

export function initContainers(view: PodView): readonly DeepReadonly<Container>[] {
  return view.pod.spec.initContainers ?? []
}

/** Init containers are done once a main container was made: they never run again in the same sandbox. */
export function isInitialized(view: PodView): boolean {
  const begun = view.pod.spec.containers.some(each => latestAttempt(view, each.name) !== undefined)
  return begun || initContainers(view).every(each => isInitDone(view, each))
}

export function isInitDone(view: PodView, container: DeepReadonly<Container>): boolean {
  const latest = latestAttempt(view, container.name)
  if (!isSidecar(container)) return latest?.state === 'exited' && latest.exitCode === 0
  if (latest?.state !== 'running' || view.memory.starting.has(latest.id)) return false
  return view.memory.probes.get(latest.id)?.isStarted ?? container.startupProbe === undefined
}

/** Whether a container that ended with this code is started again, by the pod's restart policy. */
export function isRestarted(
  view: PodView,
  container: DeepReadonly<Container>,
  exitCode: number,
  isInit: boolean,
): boolean {
  if (isInit && isSidecar(container)) return true
  const policy = view.pod.spec.restartPolicy ?? 'Always'
  if (isInit) return exitCode !== 0 && policy !== 'Never'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Nothing that counts will run again: every main container has ended for good, or an init container has failed. */
export function isFinished(view: PodView): boolean {
  if (isInitialized(view)) return view.pod.spec.containers.every(each => codeOfGoodEnd(view, each, false) !== undefined)
  return initContainers(view).some(each => (codeOfGoodEnd(view, each, true) ?? 0) !== 0)
}

/** Exit code of a container that will not be started again; undefined for any other. */
function codeOfGoodEnd(view: PodView, container: DeepReadonly<Container>, isInit: boolean): number | undefined {
  const latest = latestAttempt(view, container.name)
  if (latest?.state !== 'exited') return undefined
  const code = latest.exitCode ?? 137
  return isRestarted(view, container, code, isInit) ? undefined : code
}

export function isAnyRunning({ containers }: PodView): boolean {
  return containers.some(each => each.state === 'running')
}

/** How long a pod may take to end, in ms. */
export function graceMsOf({ pod, isRemoved }: PodView): number {
  const { deletionGracePeriodSeconds, deletionTimestamp } = pod.metadata
  if (deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined)
    return deletionGracePeriodSeconds * 1000
  if (isRemoved) return REMOVED_GRACE_MS
  return (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
}

/** Somebody deleted the object by force: nobody waits for the rest. */
const REMOVED_GRACE_MS = 2_000

/** Where the pod is reached from this node. */
export function addressOf(view: PodView, { place }: { readonly place: { readonly hostIp: string } }): string {
  return (view.pod.spec.hostNetwork ? undefined : view.sandbox?.ip) ?? place.hostIp
}

export function allContainers(pod: DeepReadonly<Pod>): readonly DeepReadonly<Container>[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
}
