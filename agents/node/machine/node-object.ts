import type { NodeCondition, NodeStatus } from '../../../src/api/generated/types.ts'
import type { Node } from '../../../src/api/kinds/core/node.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { formatTime } from '../../../src/lib/clock.ts'
import type { RuntimeInfo } from '../runtime-driver.ts'
import type { MachineDescription, MachinePressure } from './machine-facts.ts'

export interface NodeFacts {
  readonly name: string
  readonly machine: MachineDescription
  readonly pressure: MachinePressure
  readonly runtime: RuntimeInfo
  /** `v1.36.0+pintle`. */
  readonly version: string
  readonly podsMax: number
  /** The runtime answers. */
  readonly runtimeFailure: string | undefined
}

/** Kept for the machine and the agent itself; as much as a small node can spare. */
const RESERVED_MEMORY_BYTES = 128 * 1024 * 1024
const RESERVED_CPU_MILLIS = 100
/** Part of the disk that pods may fill. */
const DISK_FRACTION = 0.9

/** The runtime's description, for people. */
const RUNTIME_ANNOTATION = 'gitops.pintle.dev/runtime'

export function nodeLabels({ name, machine }: NodeFacts): Record<string, string> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': machine.architecture,
  }
}

export function nodeAnnotations({ runtime }: NodeFacts): Record<string, string> {
  return { [RUNTIME_ANNOTATION]: runtime.description }
}

/** The status this agent reports of its node; equal to `before` when nothing has changed: then nothing is written. */
export function nodeStatus(facts: NodeFacts, before: DeepReadonly<NodeStatus> | undefined, nowMs: number): NodeStatus {
  const { machine, runtime, version, name } = facts
  const amounts = capacityOf(facts)
  return {
    ...((before ?? {}) as NodeStatus),
    capacity: amounts.capacity,
    allocatable: amounts.allocatable,
    addresses: [
      { type: 'InternalIP', address: machine.address },
      { type: 'Hostname', address: name },
    ],
    conditions: conditionsOf(facts, before?.conditions ?? [], formatTime(nowMs)),
    nodeInfo: {
      architecture: machine.architecture,
      bootID: machine.bootId,
      containerRuntimeVersion: runtime.version,
      kernelVersion: machine.kernelVersion,
      kubeProxyVersion: version,
      kubeletVersion: version,
      machineID: machine.machineId,
      operatingSystem: 'linux',
      osImage: machine.osImage,
      systemUUID: machine.machineId,
    },
  }
}

/** Node allocatable as the downward API tells it. */
export function capacityOf({ machine, podsMax }: Pick<NodeFacts, 'machine' | 'podsMax'>) {
  const disk = Math.floor(machine.diskBytes / 1024)
  const memory = Math.floor(machine.memoryBytes / 1024)
  const reserved = Math.min(RESERVED_MEMORY_BYTES, machine.memoryBytes / 4) / 1024
  return {
    capacity: {
      cpu: String(machine.cpuCount),
      memory: `${memory}Ki`,
      'ephemeral-storage': `${disk}Ki`,
      pods: String(podsMax),
    },
    allocatable: {
      cpu: `${machine.cpuCount * 1000 - RESERVED_CPU_MILLIS}m`,
      memory: `${Math.floor(memory - reserved)}Ki`,
      'ephemeral-storage': `${Math.floor(disk * DISK_FRACTION)}Ki`,
      pods: String(podsMax),
    },
  }
}

function conditionsOf(facts: NodeFacts, before: readonly DeepReadonly<NodeCondition>[], now: string): NodeCondition[] {
  const { pressure, runtime, runtimeFailure } = facts
  const judge = (type: string, bad: boolean, good: string, badReason: string, what: string) => ({
    type,
    status: bad ? 'True' : 'False',
    reason: bad ? badReason : good,
    message: bad ? `agent has ${what}` : `agent has ${what.replace('insufficient', 'sufficient')}`,
  })
  const ready =
    runtimeFailure === undefined
      ? { status: 'True', reason: 'KubeletReady', message: `agent is posting ready status; ${runtime.description}` }
      : { status: 'False', reason: 'KubeletNotReady', message: `container runtime is down: ${runtimeFailure}` }
  const wanted = [
    judge(
      'MemoryPressure',
      pressure.memory,
      'KubeletHasSufficientMemory',
      'KubeletHasInsufficientMemory',
      'insufficient memory available',
    ),
    judge(
      'DiskPressure',
      pressure.disk,
      'KubeletHasNoDiskPressure',
      'KubeletHasDiskPressure',
      'insufficient disk space available',
    ),
    judge(
      'PIDPressure',
      pressure.processes,
      'KubeletHasSufficientPID',
      'KubeletHasInsufficientPID',
      'insufficient PID available',
    ),
    { type: 'Ready', ...ready },
  ]
  const own = new Set(wanted.map(each => each.type))
  const others = before.filter(each => !own.has(each.type)) as NodeCondition[]
  return [...wanted.map(each => keepTimes(each, before, now)), ...others]
}

/** Times move only with the condition: the lease is the heartbeat. */
function keepTimes(
  wanted: Pick<NodeCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string },
  before: readonly DeepReadonly<NodeCondition>[],
  now: string,
): NodeCondition {
  const known = before.find(each => each.type === wanted.type)
  const isSame = known?.status === wanted.status && known.reason === wanted.reason && known.message === wanted.message
  return {
    ...wanted,
    lastHeartbeatTime: isSame ? (known.lastHeartbeatTime ?? now) : now,
    lastTransitionTime: known?.status === wanted.status ? (known.lastTransitionTime ?? now) : now,
  }
}

type Texts = Readonly<Record<string, string>>

export function hasLabels({ metadata }: DeepReadonly<Node>, labels: Texts, annotations: Texts): boolean {
  const has = (all: Texts | undefined, wanted: Texts) =>
    Object.entries(wanted).every(([key, value]) => all?.[key] === value)
  return has(metadata.labels, labels) && has(metadata.annotations, annotations)
}

export function withLabels(node: DeepReadonly<Node>, labels: Texts, annotations: Texts): DeepReadonly<Node> {
  const { metadata } = node
  return {
    ...node,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, ...annotations },
    },
  } as DeepReadonly<Node>
}
