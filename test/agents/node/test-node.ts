import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killProcesses, listProcesses } from '../../../agents/host/process-tree.ts'
import { FakeDriver, FakeMachine } from '../../../agents/node/fake-driver.ts'
import { MemoryAgentNotes } from '../../../agents/node/machine/agent-notes.ts'
import { FakeMachineFacts } from '../../../agents/node/machine/fake-machine-facts.ts'
import { LeaseHeartbeat } from '../../../agents/node/machine/lease-heartbeat.ts'
import { NodeAgent } from '../../../agents/node/node-agent.ts'
import { FakeProber } from '../../../agents/node/probes/fake-prober.ts'
import type { ProbeAction, ProbeResult, Prober } from '../../../agents/node/probes/prober.ts'
import { SystemProber } from '../../../agents/node/probes/system-prober.ts'
import type { IsolationMode } from '../../../agents/node/process-driver/isolation.ts'
import { ProcessDriver } from '../../../agents/node/process-driver/process-driver.ts'
import { MemoryPodFiles } from '../../../agents/node/volumes/memory-pod-files.ts'
import { SystemPodFiles } from '../../../agents/node/volumes/system-pod-files.ts'
import { isApiError } from '../../../src/api/api-error.ts'
import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import { Event } from '../../../src/api/kinds/core/event.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { createBuiltinAuthorizer } from '../../../src/registry/builtin-authorizer.ts'
import { createRegistry } from '../../../src/registry/create-registry.ts'
import { createSystemCipher } from '../../../src/registry/system-cipher.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import { ManualClock, settle } from '../../client/manual-clock.ts'
import { SeededRandom } from '../../simulation/world/seeded-random.ts'

export const NODE_NAME = 'node-1'
const ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }
const NODE: Identity = { user: `system:node:${NODE_NAME}`, groups: ['system:nodes', 'system:authenticated'] }
const VERSION = 'v1.36.0+pintle'

/** A server of the real registry on the memory store. */
export async function openServer(clock: Clock, random: SeededRandom) {
  const registry = await createRegistry({
    store: await createMemoryStore(),
    eventStore: await createMemoryStore(),
    kinds: new KindRegistry(builtinKinds),
    clock,
    random,
    log: silentLogger,
    cipher: createSystemCipher({ id: 1, key: random.bytes(32) }),
    authorizer: createBuiltinAuthorizer(),
  })
  const admin = registry.client(ADMIN)
  for (const name of ['default', 'kube-node-lease']) {
    await admin.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  return { admin, node: registry.client(NODE), close: () => registry.close() }
}

/** An agent with the fake driver on a clock that stands still. */
export class FakeNode {
  readonly clock = new ManualClock()
  readonly random = new SeededRandom(11)
  readonly machine = new FakeMachine(this.clock)
  readonly files = new MemoryPodFiles()
  readonly notes = new MemoryAgentNotes()
  server!: Awaited<ReturnType<typeof openServer>>
  agent!: NodeAgent
  log = silentLogger
  /** Answers probes and hooks; the fake machine does when it is left out. */
  prober: Prober | undefined

  static async start(prober?: Prober): Promise<FakeNode> {
    const node = new FakeNode()
    node.prober = prober
    node.server = await openServer(node.clock, node.random)
    await node.startAgent()
    return node
  }

  get admin(): Client {
    return this.server.admin
  }

  async startAgent(): Promise<void> {
    const driver = new FakeDriver(this.machine, this.clock)
    this.agent = new NodeAgent({
      client: this.server.node,
      clock: this.clock,
      random: this.random,
      log: this.log,
      nodeName: NODE_NAME,
      driver,
      files: this.files,
      prober: this.prober ?? new FakeProber(driver),
      machine: new FakeMachineFacts(NODE_NAME, '192.0.2.10'),
      notes: this.notes,
      heartbeat: new LeaseHeartbeat({
        client: this.server.node,
        clock: this.clock,
        log: this.log,
        nodeName: NODE_NAME,
      }),
      version: VERSION,
    })
    await this.agent.start()
  }

  /** Lets time pass until the condition holds; fails after `limitMs` of it. */
  async until<Result>(condition: () => Promise<Result | undefined | false>, limitMs = 60_000): Promise<Result> {
    for (let passedMs = 0; passedMs <= limitMs; passedMs += 50) {
      const result = await condition()
      if (result) return result
      await this.clock.advance(50)
      for (let turn = 0; turn < 5; turn++) await settle()
    }
    throw new Error(`not so within ${limitMs} ms`)
  }

  pod(name: string): Promise<DeepReadonly<Pod> | undefined> {
    return readPod(this.admin, name)
  }

  phase(name: string, phase: string, limitMs?: number): Promise<DeepReadonly<Pod>> {
    return this.until(async () => {
      const pod = await this.pod(name)
      return pod?.status?.phase === phase && pod
    }, limitMs)
  }

  /** Ids of what runs now, without the pod's: `app.0`. */
  running(): string[] {
    const states = [...this.machine.containers.values()].map(each => each.state)
    return states.filter(each => each.state === 'running').map(each => `${each.name}.${each.attempt}`)
  }

  /** Id of the newest attempt of a container. */
  idOf(container: string): string {
    const states = [...this.machine.containers.values()].map(each => each.state)
    return states.filter(each => each.name === container).sort((a, b) => b.attempt - a.attempt)[0]!.id
  }

  gone(name: string, limitMs?: number): Promise<true> {
    return this.until(async () => (await this.pod(name)) === undefined, limitMs) as Promise<true>
  }

  async close(): Promise<void> {
    await this.agent.stop(true)
    this.server.close()
  }
}

/** Answers as it is told, and keeps what it was asked: `app exec /bin/true`, `app http 10.244.0.2:80/path`. */
export class ScriptedProber implements Prober {
  readonly asked: string[] = []
  answer: (question: string) => Promise<boolean> | boolean

  constructor(answer: ScriptedProber['answer'] = () => true) {
    this.answer = answer
  }

  async probe(containerId: string, action: ProbeAction): Promise<ProbeResult> {
    const container = containerId.split('.').at(-2)
    const what =
      action.type === 'exec'
        ? action.command.join(' ')
        : action.type === 'unsupported'
          ? action.what
          : `${action.host}:${action.port}${action.type === 'http' ? action.path : ''}`
    const question = `${container} ${action.type} ${what}`
    this.asked.push(question)
    const ok = await this.answer(question)
    return { ok, message: ok ? '' : 'no' }
  }
}

/** An agent with the process driver, on real time. */
export class RealNode {
  readonly directory = mkdtempSync(join(tmpdir(), 'pintle-agent-'))
  readonly random = new SeededRandom(Number(process.hrtime.bigint() % 100_000n))
  readonly notes = new MemoryAgentNotes()
  server!: Awaited<ReturnType<typeof openServer>>
  agent!: NodeAgent
  readonly #isolation: IsolationMode | 'auto'
  log = silentLogger

  constructor(isolation: IsolationMode | 'auto') {
    this.#isolation = isolation
  }

  static async start(isolation: IsolationMode | 'auto' = 'auto'): Promise<RealNode> {
    const node = new RealNode(isolation)
    node.server = await openServer(systemClock, node.random)
    await node.startAgent()
    return node
  }

  get admin(): Client {
    return this.server.admin
  }

  async startAgent(): Promise<void> {
    const driver = new ProcessDriver({
      directory: join(this.directory, 'process'),
      clock: systemClock,
      isolation: this.#isolation,
      masks: [this.directory],
      secretDirectory: join(this.directory, 'secrets', 'containers'),
    })
    this.agent = new NodeAgent({
      client: this.server.node,
      clock: systemClock,
      random: this.random,
      log: this.log,
      nodeName: NODE_NAME,
      driver,
      files: new SystemPodFiles(join(this.directory, 'volumes'), join(this.directory, 'secrets', 'volumes')),
      prober: new SystemProber(driver),
      machine: new FakeMachineFacts(NODE_NAME, '127.0.0.1'),
      notes: this.notes,
      heartbeat: new LeaseHeartbeat({
        client: this.server.node,
        clock: systemClock,
        log: this.log,
        nodeName: NODE_NAME,
      }),
      // Unlikely to meet another test's.
      podCidr: `10.251.${this.random.bytes(1)[0]}.0/24`,
      version: VERSION,
    })
    await this.agent.start()
  }

  async until<Result>(condition: () => Promise<Result | undefined | false>, limitMs = 20_000): Promise<Result> {
    const endMs = performance.now() + limitMs
    while (performance.now() < endMs) {
      const result = await condition()
      if (result) return result
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    throw new Error(`not so within ${limitMs} ms`)
  }

  pod(name: string): Promise<DeepReadonly<Pod> | undefined> {
    return readPod(this.admin, name)
  }

  phase(name: string, phase: string, limitMs?: number): Promise<DeepReadonly<Pod>> {
    return this.until(async () => {
      const pod = await this.pod(name)
      return pod?.status?.phase === phase && pod
    }, limitMs)
  }

  async logs(name: string, container = 'app', attempt = 0): Promise<string> {
    const pod = await this.pod(name)
    const lines: string[] = []
    const id = `${pod!.metadata.uid}.${container}.${attempt}`
    for await (const line of this.agent.driver.logs(id, { follow: false }, new AbortController().signal)) {
      lines.push(new TextDecoder().decode(line.bytes))
    }
    return lines.join('\n')
  }

  /** As a power cut does, for what carries this node's directory in its command line. */
  async killEverything(): Promise<void> {
    const own = () => listProcesses().filter(({ pid }) => readText(`/proc/${pid}/cmdline`).includes(this.directory))
    killProcesses(own)
    await this.until(async () => own().length === 0)
  }

  /** The records on the disk are of a boot before this one. */
  pretendOtherBoot(): void {
    const records = readdirSync(join(this.directory, 'process'), { recursive: true, encoding: 'utf8' })
    for (const name of records.filter(each => /(sandbox|container)\.json$/.test(each))) {
      const path = join(this.directory, 'process', name)
      const record = JSON.parse(readText(path)) as object
      writeFileSync(path, JSON.stringify({ ...record, bootId: '00000000-0000-0000-0000-000000000000' }))
    }
  }

  async close(): Promise<void> {
    await this.agent.stop(false)
    this.server.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export async function readPod(client: Client, name: string): Promise<DeepReadonly<Pod> | undefined> {
  try {
    return await client.get(Pod, { namespace: 'default', name })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

/** A pod bound to the node, with one container named `app` unless `spec` says otherwise. */
export function createPod(
  client: Client,
  name: string,
  spec: Partial<Pod['spec']>,
  annotations: Record<string, string> = {},
): Promise<DeepReadonly<Pod>> {
  const full = { containers: [{ name: 'app', image: 'fake' }], nodeName: NODE_NAME, ...spec }
  return client.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name, annotations },
    spec: full,
  } as unknown as Parameters<typeof client.create<Pod>>[1])
}

export async function eventReasons(client: Client): Promise<string[]> {
  return (await client.list(Event, { namespace: 'default' })).items.map(
    each => (each as { reason?: string }).reason ?? '',
  )
}
