import type { PodSpec, Taint } from '../../src/api/generated/types.ts'
import type { Node } from '../../src/api/kinds/core/node.ts'
import type { Pod } from '../../src/api/kinds/core/pod.ts'
import type { PodView } from '../../src/scheduler/cluster.ts'
import { ClusterState, viewPod } from '../../src/scheduler/cluster.ts'

/** Nodes and pods, short to write in a table. */

export interface NodeShape {
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: string
  readonly labels?: Record<string, string>
  readonly taints?: readonly Taint[]
  readonly unschedulable?: boolean
}

export function makeNode(name: string, shape: NodeShape = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', labels, taints, unschedulable } = shape
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints && { taints: [...taints] }), ...(unschedulable !== undefined && { unschedulable }) },
    status: { allocatable: { cpu, memory, pods } },
  } as Node
}

export interface PodShape {
  readonly cpu?: string
  readonly memory?: string
  readonly labels?: Record<string, string>
  readonly owner?: string
  readonly hostPort?: number
  readonly spec?: Partial<PodSpec>
}

export function makePodView(name: string, shape: PodShape = {}): PodView {
  const { cpu, memory, labels, owner, hostPort, spec } = shape
  const requests = { ...(cpu && { cpu }), ...(memory && { memory }) }
  const ports = hostPort === undefined ? [] : [{ containerPort: hostPort, hostPort, protocol: 'TCP' }]
  const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: owner ?? '', controller: true }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      ...(labels && { labels }),
      ...(owner && { ownerReferences: [reference] }),
    },
    spec: { containers: [{ name: 'main', resources: { requests }, ports }], ...spec },
  } as Pod
  return viewPod(pod)
}

/** `placed`: pods by the node they stand on. */
export function makeCluster(
  nodes: readonly Node[],
  placed: Readonly<Record<string, readonly PodView[]>> = {},
): ClusterState {
  const cluster = new ClusterState()
  for (const node of nodes) cluster.setNode(node)
  for (const [nodeName, pods] of Object.entries(placed)) for (const pod of pods) cluster.setPod(pod, nodeName)
  return cluster
}
