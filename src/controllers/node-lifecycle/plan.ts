/** What a node's silence and conditions mean for its conditions and taints. Pure. */

import { equalJson } from '../../api/equal-json.ts'
import type { NodeCondition, Taint } from '../../api/generated/types.ts'
import type { Node } from '../../api/kinds/core/node.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatTime } from '../../lib/clock.ts'

export type NodeView = DeepReadonly<Node>
export type TaintView = DeepReadonly<Taint>
type Condition = DeepReadonly<NodeCondition>

/** A node that has not been heard of for so long is unreachable. */
const NODE_GRACE_MS = 40_000
/** One that was never heard of has longer: it may still be starting. */
const NODE_STARTUP_GRACE_MS = 60_000

export const NOT_READY = 'node.kubernetes.io/not-ready'
export const UNREACHABLE = 'node.kubernetes.io/unreachable'

/** What only the node itself can know. */
const REPORTED_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

const PRESSURE_TAINTS: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
}

export interface NodePlan {
  /** All conditions, when they must change. */
  readonly conditions: readonly Condition[] | undefined
  /** All taints, when they must change. */
  readonly taints: readonly TaintView[] | undefined
}

/** `silentForMs`: how long ago the last sign of life was seen, by our own clock. */
export function planNode(node: NodeView, silentForMs: number, nowMs: number): NodePlan {
  const present = node.status?.conditions ?? []
  const conditions = isSilent(node, silentForMs) ? unknownConditions(present, nowMs) : present
  const taints = plannedTaints(node, conditions, nowMs)
  return {
    conditions: equalJson(conditions, present) ? undefined : conditions,
    taints: equalJson(taints, node.spec?.taints ?? []) ? undefined : taints,
  }
}

function isSilent(node: NodeView, silentForMs: number): boolean {
  return silentForMs >= graceMs(node)
}

export function graceMs(node: NodeView): number {
  const hasReported = node.status?.conditions?.some(each => each.type === 'Ready') ?? false
  return hasReported ? NODE_GRACE_MS : NODE_STARTUP_GRACE_MS
}

export function readyStatus(conditions: readonly Condition[]): string {
  return conditions.find(each => each.type === 'Ready')?.status ?? 'Unknown'
}

function unknownConditions(present: readonly Condition[], nowMs: number): readonly Condition[] {
  const missing = REPORTED_CONDITIONS.filter(type => present.every(each => each.type !== type))
  return [
    ...present.map(each => (isReported(each.type) ? asUnknown(each, nowMs) : each)),
    ...missing.map(type => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastTransitionTime: formatTime(nowMs),
    })),
  ]
}

function asUnknown(condition: Condition, nowMs: number): Condition {
  if (condition.status === 'Unknown') return condition
  return {
    ...condition,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: formatTime(nowMs),
  }
}

function isReported(type: string): boolean {
  return (REPORTED_CONDITIONS as readonly string[]).includes(type)
}

/** Ours are replaced by what the conditions say; everybody else's stay, and ours keep the time they were added. */
function plannedTaints(node: NodeView, conditions: readonly Condition[], nowMs: number): readonly TaintView[] {
  const present = node.spec?.taints ?? []
  const wanted = wantedTaints(node, conditions)
  const isWanted = (taint: TaintView) => wanted.some(each => isSameTaint(each, taint))
  const kept = present.filter(each => !isOurs(each) || isWanted(each))
  const added = wanted.filter(each => !kept.some(taint => isSameTaint(each, taint)))
  return [...kept, ...added.map(each => ({ ...each, timeAdded: formatTime(nowMs) }))]
}

function wantedTaints(node: NodeView, conditions: readonly Condition[]): readonly TaintView[] {
  const ready = conditions.find(each => each.type === 'Ready')?.status
  const key = ready === 'False' ? NOT_READY : ready === 'Unknown' ? UNREACHABLE : undefined
  const pressures = Object.entries(PRESSURE_TAINTS).filter(([type]) =>
    conditions.some(each => each.type === type && each.status === 'True'),
  )
  return [
    ...(key === undefined ? [] : [noSchedule(key), { key, effect: 'NoExecute' }]),
    ...pressures.map(([, taintKey]) => noSchedule(taintKey)),
    ...(node.spec?.unschedulable === true ? [noSchedule('node.kubernetes.io/unschedulable')] : []),
  ]
}

function noSchedule(key: string): TaintView {
  return { key, effect: 'NoSchedule' }
}

function isSameTaint(left: TaintView, right: TaintView): boolean {
  return left.key === right.key && left.effect === right.effect
}

const OUR_KEYS: ReadonlySet<string> = new Set([
  NOT_READY,
  UNREACHABLE,
  'node.kubernetes.io/unschedulable',
  ...Object.values(PRESSURE_TAINTS),
])

function isOurs({ key, effect }: TaintView): boolean {
  return OUR_KEYS.has(key) && (effect === 'NoSchedule' || key === NOT_READY || key === UNREACHABLE)
}
