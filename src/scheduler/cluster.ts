/** What the scheduler knows of the cluster: read by filters and scores, kept up to date by `ClusterState`. */

import type { Node } from '../api/kinds/core/node.ts'
import type { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { HostPort } from './host-ports.ts'
import { hostPortsOf } from './host-ports.ts'
import type { Resources } from './resources.ts'
import { addResources, DEFAULT_REQUEST, parseResources, podRequests, subtractResources } from './resources.ts'

type NodeObject = DeepReadonly<Node>
type PodObject = DeepReadonly<Pod>
type Labels = Readonly<Record<string, string>>

/** A pod with what is asked about it again and again. */
export interface PodView {
  readonly pod: PodObject
  readonly uid: string
  readonly namespace: string
  readonly labels: Labels
  readonly requests: Resources
  /** The same with defaults for what it does not say, for comparing nodes. */
  readonly weight: Resources
  readonly hostPorts: readonly HostPort[]
}

export interface NodeView {
  readonly name: string
  readonly node: NodeObject
  readonly labels: Labels
  readonly allocatable: Resources
  /** Sum over `pods`. */
  readonly requested: Resources
  readonly weight: Resources
  readonly pods: ReadonlyMap<string, PodView>
}

export interface ClusterView {
  /** By name, in name order. */
  readonly nodes: readonly NodeView[]
  readonly namespaceLabels: (namespace: string) => Labels
}

export function viewPod(pod: PodObject): PodView {
  const requests = podRequests(pod.spec)
  return {
    pod,
    uid: pod.metadata.uid ?? '',
    namespace: pod.metadata.namespace ?? '',
    labels: pod.metadata.labels ?? {},
    requests,
    weight: { ...DEFAULT_REQUEST, ...requests },
    hostPorts: hostPortsOf(pod),
  }
}

interface MutableNode {
  name: string
  node: NodeObject | undefined
  labels: Labels
  allocatable: Resources
  requested: Resources
  weight: Resources
  pods: Map<string, PodView>
}

/**
 * The cluster as of the last change told. Changes are small steps: nothing is rebuilt for one pod. A node that is not
 * known (yet, or any more) still counts the pods on it.
 */
export class ClusterState implements ClusterView {
  readonly #nodes = new Map<string, MutableNode>()
  readonly #nodeOfPod = new Map<string, string>()
  readonly #namespaceLabels = new Map<string, Labels>()
  #sorted: readonly NodeView[] | undefined

  get nodes(): readonly NodeView[] {
    this.#sorted ??= [...this.#nodes.values()]
      .filter(each => each.node !== undefined)
      .sort((left, right) => (left.name < right.name ? -1 : 1)) as readonly NodeView[]
    return this.#sorted
  }

  namespaceLabels = (namespace: string): Labels => this.#namespaceLabels.get(namespace) ?? {}

  setNamespace(name: string, labels: Labels | undefined): void {
    if (labels === undefined) this.#namespaceLabels.delete(name)
    else this.#namespaceLabels.set(name, labels)
  }

  setNode(node: NodeObject): void {
    const entry = this.#entry(node.metadata.name)
    entry.node = node
    entry.labels = node.metadata.labels ?? {}
    entry.allocatable = parseResources(node.status?.allocatable ?? node.status?.capacity)
    this.#sorted = undefined
  }

  removeNode(name: string): void {
    const entry = this.#nodes.get(name)
    if (entry === undefined) return
    entry.node = undefined
    this.#dropIfEmpty(entry)
    this.#sorted = undefined
  }

  /** The pod stands on that node; wherever it was counted before, it no longer is. */
  setPod(view: PodView, nodeName: string): void {
    this.removePod(view.uid)
    const entry = this.#entry(nodeName)
    entry.pods.set(view.uid, view)
    this.#nodeOfPod.set(view.uid, nodeName)
    entry.requested = addResources(entry.requested, view.requests)
    entry.weight = addResources(entry.weight, view.weight)
  }

  /** False when it was on no node. */
  removePod(uid: string): boolean {
    const name = this.#nodeOfPod.get(uid)
    const entry = name === undefined ? undefined : this.#nodes.get(name)
    const view = entry?.pods.get(uid)
    if (entry === undefined || view === undefined) return false
    this.#nodeOfPod.delete(uid)
    entry.pods.delete(uid)
    entry.requested = subtractResources(entry.requested, view.requests)
    entry.weight = subtractResources(entry.weight, view.weight)
    this.#dropIfEmpty(entry)
    return true
  }

  #entry(name: string): MutableNode {
    let entry = this.#nodes.get(name)
    if (entry === undefined) {
      entry = { name, node: undefined, labels: {}, allocatable: {}, requested: {}, weight: {}, pods: new Map() }
      this.#nodes.set(name, entry)
    }
    return entry
  }

  #dropIfEmpty(entry: MutableNode): void {
    if (entry.node === undefined && entry.pods.size === 0) this.#nodes.delete(entry.name)
  }
}
