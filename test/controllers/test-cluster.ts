import { Node } from '../../src/api/kinds/core/node.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import type { DeepReadonly, KubeObject } from '../../src/api/object.ts'
import type { Client, Identity, NewObject } from '../../src/client/client.ts'
import { Informer } from '../../src/client/informer.ts'
import { objectKeyOf } from '../../src/client/object-key.ts'
import type { Controller } from '../../src/control/controller.ts'
import type { Loop, RunningLoop } from '../../src/control/loop.ts'
import { startControllers } from '../../src/control/start-controllers.ts'
import { formatTime } from '../../src/lib/clock.ts'
import type { Logger } from '../../src/lib/log.ts'
import { silentLogger } from '../../src/lib/log.ts'
import type { AdmissionPlugin } from '../../src/registry/admission.ts'
import { schedulerIdentity, startScheduler } from '../../src/scheduler/start-scheduler.ts'
import { ManualClock } from '../client/manual-clock.ts'
import { openRegistry } from '../registry/open-registry.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'

const ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** Time that passes while a test waits, in steps, before it gives up. */
const STEP_MS = 50
const STEPS_MAX = 2_000
const REST_STEPS_MAX = 40

export interface TestClusterOptions {
  readonly controllers?: readonly (Controller | Loop)[]
  readonly scheduler?: boolean
  readonly admission?: readonly AdmissionPlugin[]
  /** Names of nodes whose pods become ready; none when left out. */
  readonly nodes?: readonly string[]
}

/** The real registry on the memory store and a clock that stands still, with the loops under test and a fake kubelet. */
export class TestCluster {
  readonly clock = new ManualClock()
  readonly random = new SeededRandom(7)
  readonly client: Client
  readonly asIdentity: (identity: Identity) => Client
  readonly #running: RunningLoop[] = []
  /** Pods whose image has this text never become ready. */
  broken = 'broken'

  private constructor(asIdentity: (identity: Identity) => Client, clock: ManualClock, random: SeededRandom) {
    this.clock = clock
    this.random = random
    this.asIdentity = asIdentity
    this.client = asIdentity(ADMIN)
  }

  static async start(options: TestClusterOptions): Promise<TestCluster> {
    const clock = new ManualClock()
    const random = new SeededRandom(7)
    const { registry } = await openRegistry({
      clock,
      random,
      ...(options.admission && { admission: options.admission }),
    })
    const cluster = new TestCluster(identity => registry.client(identity), clock, random)
    for (const name of options.nodes ?? []) await cluster.addNode(name)
    cluster.#startLoops(options)
    return cluster
  }

  #startLoops(options: TestClusterOptions): void {
    const { clock, random } = this
    if (options.controllers !== undefined) this.startControllers(options.controllers)
    if (options.scheduler === true)
      this.#running.push(startScheduler({ client: this.asIdentity(schedulerIdentity), clock, random, log }))
    if (options.nodes !== undefined) this.#running.push(this.#startKubelet())
  }

  startControllers(controllers: readonly (Controller | Loop)[]): void {
    const { clock, random, asIdentity: client } = this
    this.#running.push(startControllers({ client, controllers, clock, random, log }))
  }

  async stop(): Promise<void> {
    for (const loop of this.#running) await loop.stop()
  }

  create<T extends KubeObject>(kind: Parameters<Client['create']>[0], object: unknown): Promise<DeepReadonly<T>> {
    return this.client.create(kind, object as NewObject<KubeObject>) as Promise<DeepReadonly<T>>
  }

  async addNode(name: string, change: { labels?: Record<string, string>; spec?: unknown; cpu?: string } = {}) {
    const { labels, spec, cpu = '4' } = change
    const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } }
    const node = await this.create<Node>(Node as never, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata,
      ...(spec ? { spec } : {}),
    })
    const status = {
      allocatable: { cpu, memory: '8Gi', pods: '110' },
      capacity: { cpu, memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }],
    }
    await this.client.update(Node, { ...node, status } as never, { subresource: 'status' })
  }

  /** Lets time pass until `observe` gives something other than undefined or false; fails after a bounded while. */
  async until<T>(what: string, observe: () => Promise<T | undefined | false>): Promise<T> {
    const seen = await this.clock.until(observe, STEPS_MAX)
    if (seen === undefined) throw new Error(`waited in vain: ${what}`)
    return seen
  }

  /** Lets everything that is under way come to rest. */
  async rest(ms = 2_000): Promise<void> {
    const stepMs = Math.max(STEP_MS, ms / REST_STEPS_MAX)
    for (let passed = 0; passed < ms; passed += stepMs) await this.clock.advance(stepMs)
  }

  async pods(namespace = 'default'): Promise<readonly DeepReadonly<Pod>[]> {
    return (await this.client.list(Pod, { namespace })).items
  }

  /** Runs scheduled pods at once, and ends those that are being deleted. */
  #startKubelet(): RunningLoop {
    const { clock, random, client } = this
    const informer = new Informer({ client, kind: Pod, clock, random, log: silentLogger })
    informer.onChange(change => {
      if (change.type !== 'DELETED')
        void this.#kubelet(change.object).catch(error => log.log('debug', 'kubelet', { error: String(error) }))
    })
    informer.start()
    return { stop: async () => informer.stop() }
  }

  async #kubelet(pod: DeepReadonly<Pod>): Promise<void> {
    if (!pod.spec?.nodeName) return
    if (pod.metadata.deletionTimestamp !== undefined) {
      await this.client.delete(Pod, objectKeyOf(pod), { gracePeriodSeconds: 0 })
      return
    }
    const broken = pod.spec.containers.some(container => container.image?.includes(this.broken))
    if (pod.status?.phase === 'Running' || broken) return
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: formatTime(this.clock.now()) }
    const address = `10.244.0.${(Number.parseInt(pod.metadata.uid!.slice(0, 4), 16) % 250) + 1}`
    const conditions = [...(pod.status?.conditions ?? []).filter(each => each.type !== 'Ready'), ready]
    const status = { ...pod.status, phase: 'Running', podIP: address, podIPs: [{ ip: address }], conditions }
    await this.client.update(Pod, { ...pod, status } as DeepReadonly<Pod>, { subresource: 'status' })
  }
}

const consoleLogger: Logger = {
  log: (level: string, message: string, fields?: unknown) => console.log(level, message, JSON.stringify(fields)),
  with: () => consoleLogger,
}

const log = process.env['PINTLE_TEST_LOG'] ? consoleLogger : silentLogger
