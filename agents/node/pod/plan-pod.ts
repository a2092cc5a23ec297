import type { Container } from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { parseTime } from '../../../src/lib/clock.ts'
import type { ContainerState } from '../runtime-driver.ts'
import type { PodView } from './pod-view.ts'
import {
  graceMsOf,
  initContainers,
  isFinished,
  isInitDone,
  isInitialized,
  isRestarted,
  isSidecar,
  latestAttempt,
} from './pod-view.ts'
import { restartAtMs } from './restart-backoff.ts'
import { MINIMUM_GRACE_MS } from './stop-container.ts'

/** What to do next for one pod. Carried out in this order; then everything is looked at again. */
export interface PodPlan {
  /** The pod has failed by this node's verdict. */
  readonly verdict: PodView['memory']['verdict']
  readonly kills: readonly PlannedKill[]
  /** The sandbox is dead and stands in the way. */
  readonly removeSandbox: boolean
  readonly createSandbox: boolean
  readonly starts: readonly PlannedStart[]
  /** Everything has ended: volumes, sandbox and, when its deletion was asked for, the object can go. */
  readonly cleanUp: boolean
  /** Look again then, whatever happens. */
  readonly wakeAtMs: number | undefined
}

export interface PlannedKill {
  readonly containerId: string
  readonly container: string
  readonly graceMs: number
  /** For the event. */
  readonly message: string
  /** The preStop hook is run first. */
  readonly preStop: boolean
}

export interface PlannedStart {
  readonly container: DeepReadonly<Container>
  readonly attempt: number
  readonly isInit: boolean
  /** Made by an agent that died before it started it. */
  readonly containerId: string | undefined
  /** When the attempt before ended; for the back-off. */
  readonly finishedAtMs: number | undefined
}

const nothing: PodPlan = {
  verdict: undefined,
  kills: [],
  removeSandbox: false,
  createSandbox: false,
  starts: [],
  cleanUp: false,
  wakeAtMs: undefined,
}

/** Pure: the same view gives the same plan. */
export function planPod(view: PodView): PodPlan {
  const verdict = view.memory.verdict ?? deadlineVerdict(view)
  if (isEnding(view) || verdict !== undefined) return { ...planEnd(view), verdict }
  const deadlineAtMs = deadlineOf(view)
  const plan = planRun(view)
  return { ...plan, wakeAtMs: earliest([plan.wakeAtMs, deadlineAtMs]) }
}

export function isEnding(view: PodView): boolean {
  const isDeleted = view.isRemoved || view.pod.metadata.deletionTimestamp !== undefined
  return isDeleted || view.memory.verdict !== undefined || isTerminal(view) || isFinished(view)
}

function isTerminal({ pod }: PodView): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

function deadlineOf({ pod }: PodView): number | undefined {
  const startedAtMs = parseTime(pod.status?.startTime)
  const seconds = pod.spec.activeDeadlineSeconds
  return seconds === undefined || startedAtMs === undefined ? undefined : startedAtMs + seconds * 1000
}

function deadlineVerdict(view: PodView): PodPlan['verdict'] {
  const atMs = deadlineOf(view)
  if (atMs === undefined || view.nowMs < atMs) return undefined
  return { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }
}

/** The main containers first, then the sidecars, the last one first; all within one grace period. */
function planEnd(view: PodView): PodPlan {
  const { memory, nowMs } = view
  const alive = view.containers.filter(each => each.state === 'running' || memory.killing.has(each.id))
  const sidecars = initContainers(view)
    .filter(isSidecar)
    .map(each => each.name)
  const mains = alive.filter(each => !sidecars.includes(each.name))
  const lastSidecar = alive.toSorted((a, b) => sidecars.indexOf(a.name) - sidecars.indexOf(b.name)).slice(-1)
  const graceMs = graceLeftMs(view, mains.length === 0)
  const kills = (mains.length > 0 ? mains : lastSidecar)
    .filter(each => (memory.killing.get(each.id)?.endMs ?? Number.POSITIVE_INFINITY) > nowMs + graceMs)
    .map(each => ({
      containerId: each.id,
      container: each.name,
      graceMs,
      message: `Stopping container ${each.name}`,
      preStop: !memory.killing.has(each.id),
    }))
  return { ...nothing, kills, cleanUp: alive.length === 0 }
}

/** Sidecars get what the others left of it, and a little in any case. */
function graceLeftMs(view: PodView, isSidecarsTurn: boolean): number {
  const graceMs = graceMsOf(view)
  const passedMs = view.nowMs - (view.memory.endingSinceMs ?? view.nowMs)
  return isSidecarsTurn && graceMs > 0 ? Math.max(graceMs - passedMs, MINIMUM_GRACE_MS) : graceMs
}

function planRun(view: PodView): PodPlan {
  const { sandbox, memory, nowMs } = view
  const setup = memory.setupFailure
  if (setup !== undefined && setup.retryAtMs > nowMs) return { ...nothing, wakeAtMs: setup.retryAtMs }
  if (sandbox === undefined || !sandbox.ready) {
    return { ...nothing, removeSandbox: sandbox !== undefined, createSandbox: true }
  }
  const steps = isInitialized(view) ? planMain(view) : planInit(view)
  return {
    ...nothing,
    kills: steps.flatMap(step => step.kill ?? []),
    starts: steps.flatMap(step => step.start ?? []),
    wakeAtMs: earliest(steps.map(step => step.wakeAtMs)),
  }
}

interface Step {
  readonly start?: PlannedStart
  readonly kill?: PlannedKill
  readonly wakeAtMs?: number
}

/** In order, each only after the one before is done; sidecars go on running. */
function planInit(view: PodView): Step[] {
  const steps: Step[] = []
  for (const container of initContainers(view)) {
    steps.push(planContainer(view, container, true))
    if (!isInitDone(view, container)) break
  }
  return steps
}

function planMain(view: PodView): Step[] {
  const sidecars = initContainers(view).filter(isSidecar)
  return [
    ...sidecars.map(each => planContainer(view, each, true)),
    ...view.pod.spec.containers.map(each => planContainer(view, each, false)),
  ]
}

function planContainer(view: PodView, container: DeepReadonly<Container>, isInit: boolean): Step {
  const { memory, nowMs } = view
  const latest = latestAttempt(view, container.name)
  if (latest !== undefined && memory.killing.has(latest.id)) return {}
  if (latest?.state === 'running') return planRunning(view, container, latest)
  const failure = memory.failures.get(container.name)
  if (failure !== undefined && failure.retryAtMs > nowMs) return { wakeAtMs: failure.retryAtMs }
  if (latest === undefined) return { start: startOf(container, isInit, firstAttempt(view, container.name)) }
  if (latest.state === 'created')
    return { start: { ...startOf(container, isInit, latest.attempt), containerId: latest.id } }
  if (!isRestarted(view, container, latest.exitCode ?? 137, isInit)) return {}
  const finishedAtMs = latest.finishedAtMs ?? nowMs
  const dueMs = restartAtMs(memory.backoff.get(container.name), finishedAtMs)
  if (dueMs > nowMs) return { wakeAtMs: dueMs }
  return { start: { ...startOf(container, isInit, latest.attempt + 1), finishedAtMs } }
}

function startOf(container: DeepReadonly<Container>, isInit: boolean, attempt: number): PlannedStart {
  return { container, attempt, isInit, containerId: undefined, finishedAtMs: undefined }
}

/** A new sandbox after a restart of the machine goes on counting. */
function firstAttempt({ pod }: PodView, name: string): number {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = statuses.find(each => each.name === name)
  return status?.containerID ? status.restartCount + 1 : 0
}

function planRunning(view: PodView, container: DeepReadonly<Container>, latest: ContainerState): Step {
  const failed = view.memory.probes.get(latest.id)?.failed
  if (failed === undefined) return {}
  const probe = failed === 'startup' ? container.startupProbe : container.livenessProbe
  const graceSeconds = probe?.terminationGracePeriodSeconds ?? view.pod.spec.terminationGracePeriodSeconds ?? 30
  return {
    kill: {
      containerId: latest.id,
      container: container.name,
      graceMs: graceSeconds * 1000,
      message: `Container ${container.name} failed ${failed} probe, will be restarted`,
      preStop: true,
    },
  }
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(each => each !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
