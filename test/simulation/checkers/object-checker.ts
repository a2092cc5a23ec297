import type { Kind } from '../../../src/api/kind.ts'
import type { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import type { Node } from '../../../src/api/kinds/core/node.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { KubeObject, ObjectKey } from '../../../src/api/object.ts'
import { quantityMilliValue } from '../../../src/api/scalars/quantity.ts'
import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'
import { storedObject } from './stored-object.ts'

/** How long a loop may count on a pod that was lost by no doing of ours. */
const LOSS_UNNOTICED_MS = 30_000
/** How long the scheduler may not know of a pod that an agent registered by itself. */
const REGISTRATION_UNNOTICED_MS = 30_000
const REPLICA_SET_CONTROLLER = 'system:controller:replicaset-controller'
const REPLICA_SETS = '/pintle/apps/replicasets/'
const DEPLOYMENTS = '/pintle/apps/deployments/'
const PODS = '/pintle/core/pods/'
const WATCHED_PREFIXES = ['core/pods', 'core/nodes', 'apps/replicasets', 'apps/deployments'].map(
  each => `/pintle/${each}/`,
)
const GENERATION_PREFIXES = ['/pintle/apps/deployments/', '/pintle/apps/replicasets/']

/**
 * Watches objects as the store shows them: what must hold of pods, nodes, Deployments and generations at every step.
 *
 * Surge and availability are held to what Kubernetes promises. Loops see each other late, so the limits are the widest of
 * all that the Deployment wanted since its controllers had last caught up with it; a pod counts as available once its
 * replica set has counted it; and what nodes and people take away is not of our doing.
 */
export class ObjectChecker {
  readonly #report: (violation: Violation) => void
  readonly #nowMs: () => number
  readonly #pods = new Map<string, Pod>()
  readonly #nodes = new Map<string, Node>()
  readonly #replicaSets = new Map<string, ReplicaSet>()
  readonly #deployments = new Map<string, Deployment>()
  /** What each Deployment wanted since everybody had last caught up with it, the present last. */
  readonly #wanted = new Map<string, Deployment[]>()
  /** Ready pods that their replica set has counted. */
  readonly #counted = new Set<string>()
  /** Pods whose replica set asked for their deletion. */
  readonly #removed = new Set<string>()
  /** When each Deployment last lost a pod by no doing of ours. */
  readonly #lostAtMs = new Map<string, number>()
  /** When agents registered pods that they found running: nobody scheduled these. */
  readonly #registeredAtMs = new Map<string, number>()
  /** UIDs of pods that were told to go, or are gone. */
  readonly #endedPods = new Set<string>()

  constructor(report: (violation: Violation) => void, nowMs: () => number) {
    this.#report = report
    this.#nowMs = nowMs
  }

  /** The store was lost. */
  forget(): void {
    for (const map of [this.#pods, this.#nodes, this.#replicaSets, this.#deployments, this.#wanted]) map.clear()
    for (const set of [this.#counted, this.#removed, this.#lostAtMs, this.#registeredAtMs]) set.clear()
  }

  /** Somebody told the pod to go. */
  hasEnded(podUid: string): boolean {
    return this.#endedPods.has(podUid)
  }

  /** The store has the pod. */
  isKnown(podUid: string): boolean {
    return [...this.#pods.values()].some(each => each.metadata.uid === podUid)
  }

  onDelete(user: string, kind: Kind, { namespace, name }: ObjectKey): void {
    if (user === REPLICA_SET_CONTROLLER && kind.plural === 'pods') this.#removed.add(`${PODS}${namespace}/${name}`)
  }

  see(change: VisibleChange): void {
    if (!WATCHED_PREFIXES.some(prefix => change.key.startsWith(prefix))) return
    if (!change.isAfterGap && GENERATION_PREFIXES.some(prefix => change.key.startsWith(prefix)))
      this.#checkGeneration(change)
    const after = storedObject(change.after)
    if (change.key.startsWith('/pintle/core/nodes/')) keep(this.#nodes, change.key, after as Node)
    else if (change.key.startsWith(REPLICA_SETS)) this.#seeReplicaSet(change.key, after as ReplicaSet | undefined)
    else if (change.key.startsWith(DEPLOYMENTS)) this.#seeDeployment(change.key, after as Deployment | undefined)
    else if (change.key.startsWith(PODS)) this.#seePod(change.key, after as Pod | undefined)
  }

  #checkGeneration(change: VisibleChange): void {
    const [before, after] = [storedObject(change.before), storedObject(change.after)]
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
    const before = this.#deployments.get(key)
    keep(this.#deployments, key, after)
    if (after === undefined) return void this.#wanted.delete(key)
    const wanted = this.#wanted.get(key) ?? []
    if (before?.metadata.uid !== after.metadata.uid) this.#wanted.set(key, [after])
    else if (before?.metadata.generation !== after.metadata.generation) this.#wanted.set(key, [...wanted, after])
    this.#forgetOldWishes(key)
  }

  #seeReplicaSet(key: string, after: ReplicaSet | undefined): void {
    keep(this.#replicaSets, key, after)
    if (after === undefined) return
    const ready = [...this.#pods].filter(
      ([, pod]) => isLive(pod) && isReady(pod) && ownerOf(pod) === after.metadata.uid,
    )
    if (ready.length === (after.status?.availableReplicas ?? 0)) for (const [pod] of ready) this.#counted.add(pod)
    const owner = deploymentKeyOf(after)
    if (owner !== undefined) this.#forgetOldWishes(owner)
  }

  /** Once the Deployment's controller and those of its replica sets have seen the newest, nobody acts on older ones. */
  #forgetOldWishes(key: string): void {
    const deployment = this.#deployments.get(key)
    if (deployment === undefined || !hasCaughtUp(deployment)) return
    const sets = [...this.#replicaSets.values()].filter(each => deploymentKeyOf(each) === key)
    if (sets.every(set => hasCaughtUp(set) && hasMadePods(set))) this.#wanted.set(key, [deployment])
  }

  #seePod(key: string, after: Pod | undefined): void {
    const before = this.#pods.get(key)
    keep(this.#pods, key, after)
    if (before !== undefined && after?.metadata.uid !== before.metadata.uid) this.#endedPods.add(before.metadata.uid!)
    if (after !== undefined && !isLive(after)) this.#endedPods.add(after.metadata.uid!)
    if (after !== undefined) this.#checkBinding(key, before, after)
    if (before === undefined && after !== undefined && after.spec.nodeName === undefined) this.#checkSurge(after)
    if (before !== undefined && isLive(before)) this.#seeLoss(key, before, after)
    if (after === undefined) this.#removed.delete(key)
    // One too many for a moment: which one goes is chosen by loops that have not seen each other's choice.
    else if (isRegistered(after)) this.#noteLoss(after)
  }

  #seeLoss(key: string, before: Pod, after: Pod | undefined): void {
    if (after !== undefined && isLive(after) && (isReady(after) || !isReady(before))) return
    const wasCounted = this.#counted.delete(key)
    if (this.#removed.has(key)) {
      if (wasCounted && isReady(before)) this.#checkAvailable(before)
    } else {
      this.#noteLoss(before)
    }
  }

  #noteLoss(pod: Pod): void {
    const owner = this.#deploymentKeyOf(pod)
    if (owner !== undefined) this.#lostAtMs.set(owner, this.#nowMs())
  }

  #checkBinding(key: string, before: Pod | undefined, after: Pod): void {
    const [was, is] = [before?.spec.nodeName, after.spec.nodeName]
    if (before?.metadata.uid === after.metadata.uid && was !== undefined && was !== is) {
      this.#fail('no pod is bound twice', `${key} went from ${was} to ${is}`)
    }
    if (is === undefined || was !== undefined) return
    if (before === undefined) this.#registeredAtMs.set(key, this.#nowMs())
    else this.#checkNode(is)
  }

  #checkNode(name: string): void {
    const node = this.#nodes.get(`/pintle/core/nodes/${name}`)
    const allocatable = node?.status?.allocatable
    if (allocatable === undefined) return
    const pods = [...this.#pods]
      .filter(([key, pod]) => pod.spec.nodeName === name && !isFinished(pod) && this.#isNoticed(key))
      .map(([, pod]) => pod)
    const cpu = pods.reduce((sum, pod) => sum + cpuMillisOf(pod), 0)
    if (cpu > Number(quantityMilliValue(allocatable['cpu'] ?? '0'))) {
      this.#fail('no node is over its allocatable', `${name} has ${cpu}m of CPU in ${pods.length} pods`)
    }
    if (pods.length > Number(allocatable['pods'] ?? 110)) {
      this.#fail('no node is over its allocatable', `${name} has ${pods.length} pods`)
    }
  }

  #isNoticed(key: string): boolean {
    const registeredAtMs = this.#registeredAtMs.get(key) ?? Number.NEGATIVE_INFINITY
    return this.#nowMs() - registeredAtMs >= REGISTRATION_UNNOTICED_MS
  }

  #checkSurge(pod: Pod): void {
    const key = this.#deploymentKeyOf(pod)
    const limits = this.#limitsOf(key)
    if (key === undefined || limits === undefined) return
    // What an agent brings back after the store was lost is no loop's doing.
    const live = this.#podsOf(key).filter(each => isLive(each) && !isRegistered(each)).length
    if (live > limits.most) {
      this.#fail('never over replicas + maxSurge', `${key} has ${live} pods, at most ${limits.most} were wanted`)
    }
  }

  #checkAvailable(pod: Pod): void {
    const key = this.#deploymentKeyOf(pod)
    const limits = this.#limitsOf(key)
    if (key === undefined || limits === undefined) return
    if (this.#nowMs() - (this.#lostAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < LOSS_UNNOTICED_MS) return
    const available = this.#podsOf(key).filter(each => isLive(each) && isReady(each)).length
    if (available < limits.least) {
      this.#fail(
        'never under replicas - maxUnavailable',
        `${key} has ${available} available, ${limits.least} are promised`,
      )
    }
  }

  #deploymentKeyOf(pod: Pod): string | undefined {
    const name = pod.metadata.ownerReferences?.find(each => each.kind === 'ReplicaSet')?.name
    const replicaSet = this.#replicaSets.get(`${REPLICA_SETS}${pod.metadata.namespace}/${name}`)
    return replicaSet && deploymentKeyOf(replicaSet)
  }

  #podsOf(deploymentKey: string): Pod[] {
    return [...this.#pods.values()].filter(pod => this.#deploymentKeyOf(pod) === deploymentKey)
  }

  /** The widest limits that anything wanted since everybody had caught up allows. */
  #limitsOf(key: string | undefined): { most: number; least: number } | undefined {
    if (key === undefined || this.#deployments.get(key)?.metadata.deletionTimestamp !== undefined) return undefined
    if (!this.#deployments.has(key)) return undefined
    const shapes = (this.#wanted.get(key) ?? []).map(({ spec }) => ({
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

function deploymentKeyOf({ metadata }: ReplicaSet): string | undefined {
  const owner = metadata.ownerReferences?.find(each => each.kind === 'Deployment')
  return owner && `${DEPLOYMENTS}${metadata.namespace}/${owner.name}`
}

function ownerOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find(each => each.controller)?.uid
}

function hasCaughtUp({ metadata, status }: Deployment | ReplicaSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}

/** Pods that it could not make yet it still makes, however long ago they were wanted. */
function hasMadePods({ spec, status }: ReplicaSet): boolean {
  return (status?.replicas ?? 0) >= (spec.replicas ?? 1)
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

/** Made by an agent for containers it found running. */
function isRegistered(pod: Pod): boolean {
  return pod.metadata.annotations?.['pintle.dev/registered-by'] !== undefined
}
