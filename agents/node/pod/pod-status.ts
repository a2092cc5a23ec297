import type { ContainerStatus, PodCondition, PodStatus } from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { formatTime } from '../../../src/lib/clock.ts'
import { containerStatus } from './container-status.ts'
import type { PodView } from './pod-view.ts'
import { initContainers, isAnyRunning, isInitialized, isSidecar } from './pod-view.ts'

export interface StatusContext {
  readonly hostIp: string
  /** Of container ids: `process`, `docker`. */
  readonly scheme: string
}

/** The status this node reports of a pod; pure, and equal to what stands there when nothing has changed. */
export function podStatus(view: PodView, { hostIp, scheme }: StatusContext): PodStatus {
  const { pod, sandbox, nowMs } = view
  const inits = initContainers(view).map(each => containerStatus(view, each, true, scheme))
  const mains = pod.spec.containers.map(each => containerStatus(view, each, false, scheme))
  const phase = phaseOf(view, inits, mains)
  const verdict = view.memory.verdict
  const ip = pod.spec.hostNetwork ? hostIp : (sandbox?.ip ?? pod.status?.podIP)
  const { conditions: before, ...kept } = (pod.status ?? {}) as PodStatus
  const status: PodStatus = {
    ...kept,
    phase,
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    startTime: pod.status?.startTime ?? formatTime(nowMs),
    containerStatuses: mains,
    conditions: conditionsOf(view, phase, inits, mains, before ?? []),
  }
  if (inits.length > 0) status.initContainerStatuses = inits
  if (ip !== undefined) {
    status.podIP = ip
    status.podIPs = [{ ip }]
  }
  if (verdict !== undefined) Object.assign(status, verdict)
  if (pod.metadata.generation !== undefined) status.observedGeneration = pod.metadata.generation
  return status
}

function phaseOf(view: PodView, inits: readonly ContainerStatus[], mains: readonly ContainerStatus[]): string {
  const { pod } = view
  const known = pod.status?.phase
  if (known === 'Succeeded' || known === 'Failed') return known
  const policy = pod.spec.restartPolicy ?? 'Always'
  // The last word is said when nothing runs any more, sidecars included.
  if (view.memory.verdict !== undefined) return isAnyRunning(view) ? (known ?? 'Pending') : 'Failed'
  if (!isInitialized(view)) {
    const failed = inits.some(
      (each, index) => !isSidecar(initContainers(view)[index]!) && (each.state?.terminated?.exitCode ?? 0) !== 0,
    )
    return failed && policy === 'Never' && !isAnyRunning(view) ? 'Failed' : 'Pending'
  }
  if (mains.some(each => each.state?.waiting && each.lastState?.terminated === undefined)) return 'Pending'
  if (mains.some(each => each.state?.running || each.state?.waiting)) return 'Running'
  return phaseOfEnded(
    policy,
    mains.map(each => each.state?.terminated?.exitCode ?? 0),
    view,
  )
}

function phaseOfEnded(policy: string, codes: readonly number[], view: PodView): string {
  const allWell = codes.every(code => code === 0)
  const isDeleted = view.isRemoved || view.pod.metadata.deletionTimestamp !== undefined
  if ((policy === 'Always' && !isDeleted) || isAnyRunning(view)) return 'Running'
  if (allWell) return 'Succeeded'
  return policy === 'Never' || isDeleted ? 'Failed' : 'Running'
}

function conditionsOf(
  view: PodView,
  phase: string,
  inits: readonly ContainerStatus[],
  mains: readonly ContainerStatus[],
  before: readonly PodCondition[],
): PodCondition[] {
  const ended = phase === 'Succeeded'
  const containersReady = ended ? PodCompleted : readiness(view, phase, mains)
  const wanted: Judgement[] = [
    { type: 'PodReadyToStartContainers', status: view.sandbox?.ready ? 'True' : 'False' },
    {
      type: 'Initialized',
      ...(ended && inits.length > 0 ? { status: 'True', reason: 'PodCompleted' } : initialization(view, inits)),
    },
    { type: 'Ready', ...(containersReady.status === 'True' ? gates(view, before) : containersReady) },
    { type: 'ContainersReady', ...containersReady },
  ]
  const scheduled = before.find(each => each.type === 'PodScheduled')
  if (scheduled === undefined) wanted.push({ type: 'PodScheduled', status: 'True' })
  const own = new Set(wanted.map(each => each.type))
  const nowText = formatTime(view.nowMs)
  return [
    ...wanted.map(each => keepTransition(each, before, view, nowText)),
    ...before.filter(each => !own.has(each.type)),
  ]
}

interface Judgement {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

const PodCompleted = { status: 'False', reason: 'PodCompleted' } as const

function readiness(view: PodView, phase: string, mains: readonly ContainerStatus[]): Omit<Judgement, 'type'> {
  const unready = mains.filter(each => !each.ready).map(each => each.name)
  if (unready.length === 0 && !view.isRemoved) return { status: 'True' }
  const reason = phase === 'Failed' ? 'PodFailed' : 'ContainersNotReady'
  return { status: 'False', reason, message: `containers with unready status: [${unready.join(' ')}]` }
}

function initialization(view: PodView, inits: readonly ContainerStatus[]): Omit<Judgement, 'type'> {
  if (isInitialized(view)) return { status: 'True' }
  const incomplete = inits.filter((each, index) =>
    isSidecar(initContainers(view)[index]!) ? !each.started : !each.ready,
  )
  const names = incomplete.map(each => each.name).join(' ')
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names}]`,
  }
}

function gates({ pod }: PodView, before: readonly PodCondition[]): Omit<Judgement, 'type'> {
  const missing = (pod.spec.readinessGates ?? [])
    .map(gate => gate.conditionType)
    .filter(type => before.find(each => each.type === type)?.status !== 'True')
  if (missing.length === 0) return { status: 'True' }
  const message = missing.map(
    type => `corresponding condition of pod readiness gate ${JSON.stringify(type)} does not exist or is not True.`,
  )
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: message.join(', ') }
}

function keepTransition(
  judged: Judgement,
  before: readonly DeepReadonly<PodCondition>[],
  { pod }: PodView,
  nowText: string,
): PodCondition {
  const known = before.find(each => each.type === judged.type)
  const lastTransitionTime = known?.status === judged.status ? (known.lastTransitionTime ?? nowText) : nowText
  const observed = pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }
  return { ...judged, ...observed, lastTransitionTime }
}
