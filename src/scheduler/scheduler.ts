import { isApiError } from '../api/api-error.ts'
import { Namespace } from '../api/kinds/core/namespace.ts'
import { Node } from '../api/kinds/core/node.ts'
import { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import type { EventRecorder } from '../client/event-recorder.ts'
import { createEventRecorder } from '../client/event-recorder.ts'
import type { InformerChange } from '../client/informer.ts'
import { Informer } from '../client/informer.ts'
import { Turns } from '../control/turns.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import { randomFraction } from '../lib/random.ts'
import { AssumedPods } from './assumed-pods.ts'
import { bindPod, wasBound } from './bind.ts'
import { didNodeChange, didPodChange, isFinished, isWaitingForNode } from './changes.ts'
import type { PodView } from './cluster.ts'
import { ClusterState, viewPod } from './cluster.ts'
import { builtInFilters } from './filters/built-in-filters.ts'
import type { ClusterEvent } from './filters/filter.ts'
import { planPlacement } from './plan.ts'
import { reportUnschedulable } from './report-unschedulable.ts'
import { SchedulingQueue } from './scheduling-queue.ts'

type PodObject = DeepReadonly<Pod>

interface SchedulerOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly schedulerName: string
}

interface WaitingPod {
  readonly uid: string
  readonly priority: number
  readonly view: PodView
}

/** Writes (binds and conditions) under way at once. */
const WRITES_MAX = 32

/**
 * Queue -> filters -> scores -> reserve -> bind. One pod is decided at a time, on everything known at that moment
 * including the pods bound but not yet seen bound; the writes of several pods overlap.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #cluster = new ClusterState()
  readonly #assumed: AssumedPods
  readonly #queue: SchedulingQueue<WaitingPod>
  readonly #recorder: EventRecorder
  readonly #pods: Informer<Pod>
  readonly #nodes: Informer<Node>
  readonly #namespaces: Informer<Namespace>
  readonly #turns: Turns
  readonly #writes = new Set<Promise<void>>()
  #wake: () => void = () => {}
  #running: Promise<void> | undefined
  #stopped = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    const { client, clock, random, log } = options
    this.#recorder = createEventRecorder({ client, clock, random, log, component: options.schedulerName })
    this.#queue = new SchedulingQueue({ clock, random, onReady: () => this.#wake() })
    this.#turns = new Turns(clock)
    this.#assumed = new AssumedPods(clock, uid => this.#onAssumptionExpired(uid))
    this.#pods = new Informer({ client, kind: Pod, clock, random, log })
    this.#nodes = new Informer({ client, kind: Node, clock, random, log })
    this.#namespaces = new Informer({ client, kind: Namespace, clock, random, log })
  }

  start(): void {
    this.#namespaces.onChange(change => this.#onNamespace(change))
    this.#nodes.onChange(change => this.#onNode(change))
    this.#pods.onChange(change => this.#onPod(change))
    for (const informer of this.#informers()) informer.start()
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const informer of this.#informers()) informer.stop()
    this.#queue.clear()
    this.#assumed.clear()
    this.#wake()
    await this.#running
    await Promise.all(this.#writes)
    await this.#recorder.flush()
  }

  #informers() {
    return [this.#namespaces, this.#nodes, this.#pods]
  }

  async #run(): Promise<void> {
    await Promise.all(this.#informers().map(informer => informer.synced()))
    while (!this.#stopped) {
      await this.#turns.giveWay()
      const waiting = this.#writes.size < WRITES_MAX ? this.#queue.take() : undefined
      if (waiting === undefined && !this.#stopped) await new Promise<void>(resolve => (this.#wake = resolve))
      else if (waiting !== undefined) this.#place(waiting)
    }
  }

  #place(waiting: WaitingPod): void {
    try {
      const placement = planPlacement(waiting.view, this.#cluster, randomFraction(this.#options.random))
      if (placement.type === 'node') this.#bind(waiting, placement.nodeName)
      else this.#reject(waiting, placement.message, placement.rejectedBy)
    } catch (error) {
      // One pod that cannot be judged must not stop the others.
      this.#options.log.log('error', 'placing a pod failed, trying again', {
        pod: waiting.view.pod.metadata.name,
        namespace: waiting.view.namespace,
        error: error instanceof Error ? (error.stack ?? String(error)) : String(error),
      })
      this.#queue.failed(waiting.uid)
    }
  }

  #bind(waiting: WaitingPod, nodeName: string): void {
    this.#cluster.setPod(waiting.view, nodeName)
    this.#assumed.add(waiting.uid)
    this.#write(async () => {
      const { pod } = waiting.view
      try {
        await bindPod(this.#options.client, pod, nodeName)
      } catch (error) {
        if (!(await wasBound(this.#options.client, pod, error))) return this.#onBindFailed(waiting, error)
      }
      const { namespace, name } = pod.metadata
      this.#recorder.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`)
      this.#queue.placed(waiting.uid)
      this.#assumed.expireLater(waiting.uid)
    })
  }

  #onBindFailed({ uid, view }: WaitingPod, error: unknown): void {
    if (this.#assumed.delete(uid)) this.#removeFromNode(uid)
    const level = isApiError(error, 'NotFound') || isApiError(error, 'Conflict') ? 'debug' : 'warn'
    const { namespace, name } = view.pod.metadata
    this.#options.log.log(level, 'binding a pod failed, trying again', { namespace, pod: name, error: String(error) })
    this.#queue.failed(uid)
  }

  #reject({ uid, view }: WaitingPod, message: string, rejectedBy: readonly string[]): void {
    this.#queue.rejected(uid, unblockingEvents(rejectedBy))
    this.#recorder.record(view.pod, 'Warning', 'FailedScheduling', message)
    this.#write(async () => {
      try {
        await reportUnschedulable(this.#options.client, view.pod, message, this.#options.clock.now())
      } catch (error) {
        if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return
        const { namespace, name } = view.pod.metadata
        this.#options.log.log('warn', 'cannot report why a pod waits', { namespace, pod: name, error: String(error) })
      }
    })
  }

  #write(work: () => Promise<void>): void {
    const write = work().finally(() => {
      this.#writes.delete(write)
      this.#wake()
    })
    this.#writes.add(write)
  }

  /** Bound, but never seen bound: whatever stands in the API now is the truth. */
  #onAssumptionExpired(uid: string): void {
    this.#removeFromNode(uid)
    const pod = this.#pods.list().find(each => each.metadata.uid === uid)
    if (pod !== undefined) this.#onPod({ type: 'SYNC', object: pod })
  }

  #onPod({ type, object, previous }: InformerChange<Pod>): void {
    const uid = object.metadata.uid ?? ''
    if (type === 'DELETED' || isFinished(object)) {
      this.#queue.delete(uid)
      this.#assumed.delete(uid)
      this.#removeFromNode(uid)
    } else if (object.spec?.nodeName) {
      this.#queue.delete(uid)
      this.#assumed.delete(uid)
      this.#cluster.setPod(viewPod(object), object.spec.nodeName)
      const isNew = !previous?.spec?.nodeName
      if (isNew || didPodChange(object, previous)) this.#queue.onEvent(isNew ? 'pod-placed' : 'pod-changed')
    } else if (!this.#assumed.has(uid)) this.#onWaitingPod(uid, object, previous)
  }

  #onWaitingPod(uid: string, pod: PodObject, previous: PodObject | undefined): void {
    if (!isWaitingForNode(pod, this.#options.schedulerName)) {
      this.#queue.delete(uid)
      return
    }
    const retry = previous === undefined || didPodChange(pod, previous)
    this.#queue.set({ uid, priority: pod.spec?.priority ?? 0, view: viewPod(pod) }, retry)
  }

  #removeFromNode(uid: string): void {
    if (this.#cluster.removePod(uid)) this.#queue.onEvent('pod-removed')
  }

  #onNode({ type, object, previous }: InformerChange<Node>): void {
    if (type === 'DELETED') {
      this.#cluster.removeNode(object.metadata.name)
      return
    }
    this.#cluster.setNode(object)
    if (previous === undefined) this.#queue.onEvent('node-added')
    else if (didNodeChange(object, previous)) this.#queue.onEvent('node-changed')
  }

  #onNamespace({ type, object }: InformerChange<Namespace>): void {
    this.#cluster.setNamespace(object.metadata.name, type === 'DELETED' ? undefined : (object.metadata.labels ?? {}))
    this.#queue.onEvent('namespace-changed')
  }
}

function unblockingEvents(filterNames: readonly string[]): ReadonlySet<ClusterEvent> {
  return new Set(builtInFilters.filter(each => filterNames.includes(each.name)).flatMap(each => each.unblockedBy))
}
