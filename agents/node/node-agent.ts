import { isApiError } from '../../src/api/api-error.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import type { DeepReadonly, ObjectKey } from '../../src/api/object.ts'
import type { Client } from '../../src/client/client.ts'
import { createEventRecorder } from '../../src/client/event-recorder.ts'
import { Informer } from '../../src/client/informer.ts'
import type { Clock, Timer } from '../../src/lib/clock.ts'
import type { Logger } from '../../src/lib/log.ts'
import type { Random } from '../../src/lib/random.ts'
import { randomInt } from '../../src/lib/random.ts'
import type { PodEgress } from '../host/pod-egress.ts'
import { AddressPool } from './address-pool.ts'
import type { NameServers } from './environment/resolv-conf.ts'
import type { AgentNotes } from './machine/agent-notes.ts'
import type { Heartbeat } from './machine/lease-heartbeat.ts'
import type { MachineFacts } from './machine/machine-facts.ts'
import { capacityOf, type NodeFacts } from './machine/node-object.ts'
import { NodeRegistration } from './machine/node-registration.ts'
import { OrphanPods } from './orphan-pods.ts'
import type { HostsFileUpdater, PodContext } from './pod/pod-context.ts'
import { PodWorker } from './pod/pod-worker.ts'
import { StartLimit } from './pod/start-limit.ts'
import { stopAllPods } from './pod/stop-all-pods.ts'
import type { Prober } from './probes/prober.ts'
import type { RuntimeDriver, RuntimeInfo } from './runtime-driver.ts'
import type { PodFiles } from './volumes/pod-files.ts'
import { ReferencedObjectCache } from './volumes/referenced-objects.ts'

export interface NodeAgentOptions {
  /** Acts as `system:node:<nodeName>`. */
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly nodeName: string
  readonly driver: RuntimeDriver & HostsFileUpdater
  readonly files: PodFiles
  readonly prober: Prober
  readonly machine: MachineFacts
  readonly notes: AgentNotes
  readonly heartbeat: Heartbeat
  /** Addresses of this node's pods; by the runtime's kind of network when left out. */
  readonly podCidr?: string
  readonly podsMax?: number
  /** The way of pods with addresses of their own to the outside; none when left out. */
  readonly egress?: Pick<PodEgress, 'open'>
  /** Whom pods with a network of their own ask for names; what their files say when left out. */
  readonly nameServers?: NameServers
  /** What else people should know of this node; stands in its status. */
  readonly remarks?: readonly string[]
  /** `v1.36.0+pintle`. */
  readonly version: string
}

/** Ranges when none is given: a routed one of their own, or loopback addresses that every process may bind. */
const ROUTED_CIDR = '10.244.0.0/24'
const LOOPBACK_CIDR = '127.97.0.0/16'
const PODS_MAX = 110
/** Repairs what no event told: containers are listed again so often. */
const RELIST_MS = 10_000
const ADOPT_AGAIN_MS = 2_000
/** Pods that nobody keeps are noticed: a store replaced by an older copy has some that had ended here. */
const PODS_RESYNC_MS = 60_000
const NO_NAME_SERVERS: NameServers = { cluster: undefined, machine: '' }

/** A node: keeps the pods that are bound to it, and its own Node object. */
export class NodeAgent {
  readonly #options: NodeAgentOptions
  readonly #workers = new Map<string, PodWorker>()
  readonly #registration: NodeRegistration
  readonly #pods: Informer<Pod>
  readonly #services: Informer<Service>
  readonly #references: ReferencedObjectCache
  readonly #recorder: ReturnType<typeof createEventRecorder>
  readonly #orphans: OrphanPods
  #context: PodContext | undefined
  #runtime: RuntimeInfo | undefined
  #timers = new Set<Timer>()
  #driverListener: { close(): void } | undefined
  #stopped = false

  constructor(options: NodeAgentOptions) {
    this.#options = options
    const { nodeName } = options
    const selection = { fieldSelector: `spec.nodeName=${nodeName}` }
    this.#pods = new Informer({ ...options, kind: Pod, selection, resyncMs: PODS_RESYNC_MS })
    this.#services = new Informer({ ...options, kind: Service })
    this.#references = new ReferencedObjectCache({
      ...options,
      onChange: uids => {
        for (const uid of uids) this.#workers.get(uid)?.referencesChanged()
      },
    })
    this.#recorder = createEventRecorder({ ...options, component: 'agent', host: nodeName })
    this.#registration = new NodeRegistration({
      ...options,
      facts: () => this.#nodeFacts(),
      onStoreLost: () => this.#orphans.storeLost(),
    })
    this.#orphans = new OrphanPods({
      ...options,
      recordEvent: this.#recorder.record,
      after: (delayMs, action) => this.#after(delayMs, action),
      isStopped: () => this.#stopped,
      isBeingDeleted: uid => this.#workers.get(uid)?.pod.metadata.deletionTimestamp !== undefined,
      find: pod => this.#pods.get(keyOf(pod)),
      onKnown: (uid, made) => {
        if (made === undefined) this.#workers.get(uid)?.notify()
        else this.#workers.get(uid)?.objectBack(made)
      },
    })
  }

  /** The server is there again, and may be another one. */
  serverChanged(): void {
    this.#registration.serverChanged()
    this.#pods.tryNow()
    this.#services.tryNow()
    this.#notify([...this.#workers.keys()])
  }

  get driver(): RuntimeDriver {
    return this.#options.driver
  }

  /** Where the machine is reached. */
  get address(): string {
    return this.#options.machine.describe().address
  }

  /** What the driver found; after `start`. */
  get runtime(): RuntimeInfo | undefined {
    return this.#runtime
  }

  /** Starts the driver, adopts what runs, and begins. Throws when the runtime cannot work. Never waits for the server. */
  async start(): Promise<void> {
    const { driver, heartbeat } = this.#options
    this.#runtime = await this.#startRuntime()
    this.#context = this.#makeContext(this.#runtime)
    this.#driverListener = driver.onChange((id, podUid) => this.#containerChanged(id, podUid))
    this.#registration.start()
    heartbeat.start()
    this.#services.onChange(() => this.#notify([...this.#workers.keys()]))
    this.#services.start()
    await this.#orphans.recall()
    void this.#registration.registered().then(() => this.#watchPods())
    this.#relistLater()
  }

  /** `keepContainers`: they go on and are adopted at the next start; else every pod of this node is stopped first. */
  async stop(keepContainers: boolean): Promise<void> {
    this.#stopped = true
    this.#pods.stop()
    this.#services.stop()
    this.#driverListener?.close()
    for (const timer of this.#timers) timer.cancel()
    this.#options.heartbeat.stop()
    await this.#registration.stop()
    await Promise.all([...this.#workers.values()].map(each => each.stop()))
    if (!keepContainers) await stopAllPods(this.#options, this.#options.files)
    this.#references.close()
    await this.#options.driver.close()
  }

  async #startRuntime(): Promise<RuntimeInfo> {
    const { driver, egress, remarks = [], podCidr } = this.#options
    const runtime = await driver.start()
    const reach = runtime.networkNamespaces ? await egress?.open(podRange(podCidr, true)) : undefined
    const description = [runtime.description, ...(reach === undefined ? [] : [reach]), ...remarks].join('; ')
    return { ...runtime, description }
  }

  #makeContext(runtime: RuntimeInfo): PodContext {
    const { client, clock, random, log, driver, files, prober, machine, nodeName, podsMax = PODS_MAX } = this.#options
    const description = machine.describe()
    const cidr = podRange(this.#options.podCidr, runtime.networkNamespaces)
    const { allocatable } = capacityOf({ machine: description, podsMax })
    return {
      client,
      clock,
      random,
      log,
      driver,
      runtime,
      files,
      prober,
      references: this.#references,
      addresses: new AddressPool(cidr, runtime.networkNamespaces ? 0 : randomInt(random, 2 ** 16)),
      place: { nodeName, hostIp: description.address, allocatable },
      nameServers: (runtime.networkNamespaces ? this.#options.nameServers : undefined) ?? NO_NAME_SERVERS,
      startLimit: new StartLimit(description.cpuCount + 1),
      services: async () => {
        await this.#services.synced()
        return this.#services.list()
      },
      recordEvent: this.#recorder.record,
      confirmRemoval: pod => this.#confirmRemoval(pod),
      onPodGone: uid => this.#workers.delete(uid),
    }
  }

  #nodeFacts(): NodeFacts {
    const { nodeName, machine, version, podsMax = PODS_MAX } = this.#options
    return {
      name: nodeName,
      machine: machine.describe(),
      pressure: machine.pressure(),
      runtime: this.#runtime!,
      version,
      podsMax,
      runtimeFailure: undefined,
    }
  }

  #watchPods(): void {
    if (this.#stopped) return
    this.#pods.onChange(({ type, object }) => this.#podChanged(type, object))
    this.#pods.start()
    void this.#pods.synced().then(() => this.#untilAdopted())
  }

  /** A runtime that does not answer now is asked again: nothing that runs may be forgotten. */
  async #untilAdopted(): Promise<void> {
    try {
      await this.#adoptTheRest()
    } catch (error) {
      this.#options.log.log('warn', 'what runs here is not known yet, trying again', { error: String(error) })
      this.#after(ADOPT_AGAIN_MS, () => void this.#untilAdopted())
    }
  }

  #podChanged(type: string, pod: DeepReadonly<Pod>): void {
    const uid = pod.metadata.uid!
    const worker = this.#workers.get(uid)
    if (type === 'DELETED') {
      worker?.objectGone()
      return
    }
    this.#orphans.markKnown(uid)
    if (worker === undefined) this.#addWorker(pod).notify()
    else worker.objectBack(pod)
  }

  #addWorker(pod: DeepReadonly<Pod>): PodWorker {
    const worker = new PodWorker(this.#context!, pod)
    this.#workers.set(pod.metadata.uid!, worker)
    return worker
  }

  /** Sandboxes whose pod the server does not list: removed meanwhile, or not known to it yet. */
  async #adoptTheRest(): Promise<void> {
    if (this.#stopped) return
    for (const sandbox of await this.#options.driver.listSandboxes()) {
      if (this.#workers.has(sandbox.uid) || this.#orphans.has(sandbox.uid)) continue
      const pod = JSON.parse(sandbox.manifest) as Pod
      this.#addWorker(pod).objectGone()
    }
    await this.#removeLeftovers()
  }

  /** Directories of pods that have no sandbox any more. */
  async #removeLeftovers(): Promise<void> {
    const { files, driver } = this.#options
    const known = new Set((await driver.listSandboxes()).map(each => each.uid))
    for (const uid of await files.list()) {
      if (!known.has(uid) && !this.#workers.has(uid)) await files.remove(uid)
    }
  }

  /** Unknown is not absent: only a server that is the one we know can say that a pod is gone. */
  async #confirmRemoval(pod: DeepReadonly<Pod>): Promise<'removed' | 'exists' | 'unknown'> {
    const { client } = this.#options
    const { uid } = pod.metadata
    if (this.#orphans.has(uid!)) return 'unknown'
    try {
      const found = await client.get(Pod, keyOf(pod), { consistency: 'latest' })
      if (found.metadata.uid === uid) return 'exists'
    } catch (error) {
      if (!isApiError(error, 'NotFound')) return 'unknown'
    }
    const store = await this.#registration.isKnownStore()
    if (this.#orphans.has(uid!)) return 'unknown'
    return store === 'known' ? 'removed' : 'unknown'
  }

  #containerChanged(containerId: string, podUid: string | undefined): void {
    const owner = podUid ?? [...this.#workers.keys()].find(uid => containerId.startsWith(uid))
    this.#notify(owner === undefined ? [...this.#workers.keys()] : [owner])
  }

  #notify(uids: readonly string[]): void {
    for (const uid of uids) this.#workers.get(uid)?.notify()
  }

  /** An exit that nobody told of is found here; the driver tells its listener when it notices. */
  #relistLater(): void {
    this.#after(RELIST_MS, () => {
      void this.#options.driver
        .listContainers()
        .catch(error => this.#options.log.log('warn', 'runtime does not answer', { error: String(error) }))
        .finally(() => this.#relistLater())
    })
  }

  #after(delayMs: number, action: () => void): void {
    if (this.#stopped) return
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer)
      if (!this.#stopped) action()
    })
    this.#timers.add(timer)
  }
}

function keyOf(pod: DeepReadonly<Pod>): ObjectKey {
  const { namespace, name } = pod.metadata
  return { name, ...(namespace !== undefined && { namespace }) }
}

/** Without network namespaces only loopback addresses can be bound by a pod, whatever range was asked for. */
function podRange(wanted: string | undefined, networkNamespaces: boolean): string {
  if (networkNamespaces) return wanted ?? ROUTED_CIDR
  return wanted?.startsWith('127.') ? wanted : LOOPBACK_CIDR
}
