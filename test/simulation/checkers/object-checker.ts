import type { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import type { Node } from '../../../src/api/kinds/core/node.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { quantityMilliValue } from '../../../src/api/scalars/quantity.ts'
import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'

const ENVELOPE_HEADER_BYTES = 9
/** How long a loop may act on what a Deployment wanted before. */
const STALE_MS = 30_000
const WATCHED_PREFIXES = ['core/pods', 'core/nodes', 'apps/replicasets', 'apps/deployments'].map(
  each => `/pintle/${each}/`,
)
const GENERATION_PREFIXES = ['/pintle/apps/deployments/', '/pintle/apps/replicasets/']

/** Watches objects as the store shows them: what must hold of pods, nodes, Deployments and generations at every step. */
export class ObjectChecker {
  readonly #report: (violation: Violation) => void
  readonly #nowMs: () => number
  readonly #pods = new Map<string, Pod>()
  readonly #nodes = new Map<string, Node>()
  readonly #replicaSets = new Map<string, ReplicaSet>()
  readonly #deployments = new Map<string, Deployment>()
  /** What each Deployment wanted lately. */
  readonly #wanted = new Map<string, { readonly atMs: number; readonly deployment: Deployment }[]>()
  /** False while nodes or pods fail by themselves: then availability is not of our doing. */
  checksAvailability = true

  constructor(report: (violation: Violation) => void, nowMs: () => number) {
    this.#report = report
    this.#nowMs = nowMs
  }

  forget(): void {
    for (const map of [this.#pods, this.#nodes, this.#replicaSets, this.#deployments, this.#wanted]) map.clear()
  }

  see(change: VisibleChange): void {
    if (!WATCHED_PREFIXES.some(prefix => change.key.startsWith(prefix))) return
    if (GENERATION_PREFIXES.some(prefix => change.key.startsWith(prefix))) this.#checkGeneration(change)
    const after = decode(change.after)
    if (change.key.startsWith('/pintle/core/nodes/')) keep(this.#nodes, change.key, after as Node)
    else if (change.key.startsWith('/pintle/apps/replicasets/'))
      keep(this.#replicaSets, change.key, after as ReplicaSet)
    else if (change.key.startsWith('/pintle/apps/deployments/')) this.#seeDeployment(change.key, after as Deployment)
    else if (change.key.startsWith('/pintle/core/pods/')) this.#seePod(change.key, after as Pod | undefined)
  }

  #checkGeneration(change: VisibleChange): void {
    const [before, after] = [decode(change.before), decode(change.after)]
    if (before === undefined || after === undefined) return
    const moved = (after.metadata.generation ?? 0) - (before.metadata.generation ?? 0)
    const isSpecChanged = JSON.stringify(specOf(before)) !== JSON.stringify(specOf(after))
    const isDeletion = before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
    if (isSpecChanged ? moved !== 1 : moved !== 0 && !isDeletion) {
      this.#fail(
        'generation moves only with spec',
        `${change.key} moved by ${moved}, spec ${isSpecChanged ? 'changed' : 'did not'}`,
      )
    }
  }

  #seeDeployment(key: string, after: Deployment | undefined): void {
    keep(this.#deployments, key, after)
    if (after === undefined) return
    const wanted = (this.#wanted.get(key) ?? []).filter(each => each.atMs > this.#nowMs() - STALE_MS)
    const last = this.#wanted.get(key)?.at(-1)
    if (wanted.length === 0 && last !== undefined) wanted.push(last)
    wanted.push({ atMs: this.#nowMs(), deployment: after })
    this.#wanted.set(key, wanted)
  }

  #seePod(key: string, after: Pod | undefined): void {
    const before = this.#pods.get(key)
    keep(this.#pods, key, after)
    if (after !== undefined) this.#checkBinding(key, before, after)
    if (!this.checksAvailability) return
    if (before === undefined && after !== undefined) this.#checkSurge(after)
    const ended = before !== undefined && isLive(before) && (after === undefined || !isLive(after))
    if (ended) this.#checkAvailable(before)
  }

  #checkBinding(key: string, before: Pod | undefined, after: Pod): void {
    const [was, is] = [before?.spec.nodeName, after.spec.nodeName]
    if (before?.metadata.uid === after.metadata.uid && was !== undefined && was !== is) {
      this.#fail('no pod is bound twice', `${key} went from ${was} to ${is}`)
    }
    if (is !== undefined && was === undefined) this.#checkNode(is)
  }

  #checkNode(name: string): void {
    const node = this.#nodes.get(`/pintle/core/nodes/${name}`)
    const allocatable = node?.status?.allocatable
    if (allocatable === undefined) return
    const pods = [...this.#pods.values()].filter(pod => pod.spec.nodeName === name && !isFinished(pod))
    const cpu = pods.reduce((sum, pod) => sum + cpuMillisOf(pod), 0)
    if (cpu > Number(quantityMilliValue(allocatable['cpu'] ?? '0'))) {
      this.#fail('no node is over its allocatable', `${name} has ${cpu}m of CPU in ${pods.length} pods`)
    }
    if (pods.length > Number(allocatable['pods'] ?? 110)) {
      this.#fail('no node is over its allocatable', `${name} has ${pods.length} pods`)
    }
  }

  #checkSurge(pod: Pod): void {
    const key = this.#deploymentKeyOf(pod)
    const limits = this.#limitsOf(key)
    if (key === undefined || limits === undefined) return
    const live = this.#podsOf(key).filter(isLive).length
    if (live > limits.most) {
      this.#fail('never over replicas + maxSurge', `${key} has ${live} pods, at most ${limits.most} were wanted`)
    }
  }

  #checkAvailable(pod: Pod): void {
    const key = this.#deploymentKeyOf(pod)
    const limits = this.#limitsOf(key)
    if (key === undefined || limits === undefined || !isReady(pod)) return
    const available = this.#podsOf(key).filter(each => isLive(each) && isReady(each)).length
    if (available < limits.least) {
      this.#fail(
        'never under replicas - maxUnavailable',
        `${key} has ${available} available, ${limits.least} are promised`,
      )
    }
  }

  #deploymentKeyOf(pod: Pod): string | undefined {
    const namespace = pod.metadata.namespace
    const replicaSet = pod.metadata.ownerReferences?.find(each => each.kind === 'ReplicaSet')
    const owner = this.#replicaSets
      .get(`/pintle/apps/replicasets/${namespace}/${replicaSet?.name}`)
      ?.metadata.ownerReferences?.find(each => each.kind === 'Deployment')
    return owner && `/pintle/apps/deployments/${namespace}/${owner.name}`
  }

  #podsOf(deploymentKey: string): Pod[] {
    return [...this.#pods.values()].filter(pod => this.#deploymentKeyOf(pod) === deploymentKey)
  }

  /** The widest limits that anything wanted lately allows. */
  #limitsOf(key: string | undefined): { most: number; least: number } | undefined {
    if (key === undefined || this.#deployments.get(key)?.metadata.deletionTimestamp !== undefined) return undefined
    if (!this.#deployments.has(key)) return undefined
    const shapes = (this.#wanted.get(key) ?? []).map(({ deployment: { spec } }) => ({
      replicas: spec.replicas ?? 1,
      surge: Number(spec.strategy?.rollingUpdate?.maxSurge ?? 0),
      unavailable: Number(spec.strategy?.rollingUpdate?.maxUnavailable ?? 0),
    }))
    if (shapes.length === 0) return undefined
    return {
      most: Math.max(...shapes.map(({ replicas, surge }) => replicas + surge)),
      least: Math.min(...shapes.map(({ replicas, unavailable }) => replicas - unavailable)),
    }
  }

  #fail(invariant: string, how: string): void {
    this.#report(new Violation(invariant, how))
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** Objects of kinds that are not encrypted. */
function decode(value: Uint8Array | undefined): KubeObject | undefined {
  if (value === undefined) return undefined
  return JSON.parse(Buffer.from(value).subarray(ENVELOPE_HEADER_BYTES).toString()) as KubeObject
}

function specOf(object: KubeObject): unknown {
  return (object as KubeObject & { spec?: unknown }).spec
}

function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

function isLive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && !isFinished(pod)
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(each => each.type === 'Ready' && each.status === 'True') ?? false
}

function cpuMillisOf(pod: Pod): number {
  return pod.spec.containers.reduce(
    (sum, each) => sum + Number(quantityMilliValue(each.resources?.requests?.['cpu'] ?? '0')),
    0,
  )
}
