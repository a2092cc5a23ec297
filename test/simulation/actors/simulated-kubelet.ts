import { isApiError } from '../../../src/api/api-error.ts'
import type { Kind } from '../../../src/api/kind.ts'
import { Lease } from '../../../src/api/kinds/coordination/lease.ts'
import { Node } from '../../../src/api/kinds/core/node.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly, Json, KubeObject } from '../../../src/api/object.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import { Informer } from '../../../src/client/informer.ts'
import { formatMicroTime, formatTime, sleep } from '../../../src/lib/clock.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import type { Part, SimulatedCluster } from '../world/simulated-cluster.ts'
import type { SimulatedProcess } from '../world/simulated-process.ts'

const HEARTBEAT_MS = 10_000
const START_MS_MAX = 2_000
const RETRY_MS = 500

/** A node whose pods do nothing: they become ready after a while, and go when they are told to. */
export function simulatedKubelet(cluster: SimulatedCluster, nodeName: string): Part {
  return {
    name: nodeName,
    isInsideServer: false,
    start(life) {
      const identity: Identity = { user: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] }
      new Kubelet(cluster.clientFor(life, identity), life, nodeName).start()
    },
  }
}

class Kubelet {
  readonly #client: Client
  readonly #life: SimulatedProcess
  readonly #nodeName: string
  readonly #busy = new Set<string>()
  readonly #pods: Informer<Pod>

  constructor(client: Client, life: SimulatedProcess, nodeName: string) {
    this.#client = client
    this.#life = life
    this.#nodeName = nodeName
    this.#pods = new Informer({
      client,
      kind: Pod,
      clock: life.clock,
      random: life.random,
      log: silentLogger,
      selection: { fieldSelector: `spec.nodeName=${nodeName}` },
      resyncMs: 5_000,
    })
  }

  start(): void {
    this.#pods.onChange(({ object, type }) => {
      if (type !== 'DELETED') void this.#sync(object)
    })
    void this.#forever(() => this.#beat(), HEARTBEAT_MS)
    this.#pods.start()
  }

  async #forever(work: () => Promise<void>, everyMs: number): Promise<void> {
    while (this.#life.alive) {
      const isDone = await work().then(
        () => true,
        () => false,
      )
      await sleep(this.#life.clock, isDone ? everyMs : RETRY_MS)
    }
  }

  async #beat(): Promise<void> {
    const now = this.#life.clock.now()
    await this.#createOrPatch(Node, { name: this.#nodeName }, {}, {})
    const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: formatTime(now) }
    const allocatable = { cpu: '2', memory: '1Gi', pods: '20' }
    const status = { conditions: [condition], allocatable, capacity: allocatable } as unknown as Json
    await this.#client.patch(
      Node,
      { name: this.#nodeName },
      { type: 'strategic', body: { status } },
      { subresource: 'status' },
    )
    const spec = { holderIdentity: this.#nodeName, leaseDurationSeconds: 40, renewTime: formatMicroTime(now) }
    await this.#createOrPatch(Lease, { namespace: 'kube-node-lease', name: this.#nodeName }, { spec }, { spec })
  }

  async #createOrPatch<T extends KubeObject>(
    kind: Kind<T>,
    metadata: { name: string; namespace?: string },
    fields: object,
    patch: Json,
  ): Promise<void> {
    try {
      const apiVersion = kind.group === '' ? kind.storageVersion : `${kind.group}/${kind.storageVersion}`
      await this.#client.create(kind, { apiVersion, kind: kind.kind, metadata, ...fields } as never)
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error
      if (Object.keys(patch as object).length > 0)
        await this.#client.patch(kind, metadata, { type: 'merge', body: patch })
    }
  }

  /** One thing at a time for each pod; what fails is done again at the next look. */
  async #sync(pod: DeepReadonly<Pod>): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    if (this.#busy.has(uid)) return
    this.#busy.add(uid)
    try {
      if (pod.metadata.deletionTimestamp !== undefined) await this.#end(pod)
      else if (pod.status?.phase !== 'Running') await this.#run(pod)
    } catch {
      // The next resync looks again.
    } finally {
      this.#busy.delete(uid)
    }
  }

  async #run(pod: DeepReadonly<Pod>): Promise<void> {
    await sleep(this.#life.clock, this.#life.random.below(START_MS_MAX))
    const time = formatTime(this.#life.clock.now())
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(type => ({
      type,
      status: 'True',
      lastTransitionTime: time,
    }))
    const key = { namespace: pod.metadata.namespace!, name: pod.metadata.name }
    const body = {
      metadata: { uid: pod.metadata.uid! },
      status: { phase: 'Running', startTime: time, podIP: '10.244.0.9', podIPs: [{ ip: '10.244.0.9' }], conditions },
    }
    await this.#client.patch(Pod, key, { type: 'strategic', body }, { subresource: 'status' })
  }

  async #end(pod: DeepReadonly<Pod>): Promise<void> {
    await sleep(this.#life.clock, this.#life.random.below(1 + (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000))
    const key = { namespace: pod.metadata.namespace!, name: pod.metadata.name }
    await this.#client.delete(Pod, key, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid! } })
  }
}
