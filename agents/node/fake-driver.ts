import type { Clock, Timer } from '../../src/lib/clock.ts'
import type {
  ContainerConfig,
  ContainerState,
  ContainerStats,
  ExecLimits,
  ExecResult,
  ImageReference,
  LogLine,
  LogOptions,
  RuntimeDriver,
  RuntimeInfo,
  Sandbox,
  SandboxConfig,
} from './runtime-driver.ts'
import { CONTAINER_STILL_RUNS, RuntimeError } from './runtime-driver.ts'

/**
 * A machine that only seems to run containers, on the clock it is given: for the simulator, for trying out many nodes,
 * and for tests. It is kept outside the driver, so that a new driver on the same machine finds what the old one left.
 *
 * What a container does is said by annotations of its pod:
 * - `fake.pintle.dev/run-seconds`: ends after that; else it runs until it is stopped
 * - `fake.pintle.dev/exit-code`: with this code (0)
 * - `fake.pintle.dev/start-ms`: takes so long to start
 * - `fake.pintle.dev/stop-ms`: takes so long to end after SIGTERM
 * - `fake.pintle.dev/fail`: `image` (ErrImagePull) or `start` (RunContainerError)
 * - `fake.pintle.dev/ready-seconds`: probes succeed only after that; `never`
 * An image whose name has `crash` in it ends at once with 1; one with `missing` cannot be pulled.
 */
export class FakeMachine {
  readonly sandboxes = new Map<string, { readonly sandbox: Sandbox; readonly annotations: Record<string, string> }>()
  readonly containers = new Map<string, FakeContainer>()
  readonly listeners = new Set<(containerId: string) => void>()
  readonly #clock: Clock
  /** Called before each operation; may wait, or throw. */
  fault: (operation: string, about: string) => Promise<void> | void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The process ends by itself, or is killed. */
  end(containerId: string, exitCode: number, terminationMessage?: string): void {
    const container = this.containers.get(containerId)
    if (container === undefined || container.state.state !== 'running') return
    container.timer?.cancel()
    const finishedAtMs = this.#clock.now()
    container.state = { ...container.state, state: 'exited', exitCode, terminationMessage, finishedAtMs }
    this.tell(containerId)
  }

  /** The process writes a line to its output. */
  write(containerId: string, text: string, stream: LogLine['stream'] = 'stdout'): void {
    const bytes = new TextEncoder().encode(text)
    this.containers.get(containerId)?.lines.push({ stream, timeMs: this.#clock.now(), bytes })
    this.tell(containerId)
  }

  /** As a power cut: every container and every network is gone, the records stay. */
  reboot(): void {
    for (const [id, { sandbox, annotations }] of this.sandboxes) {
      this.sandboxes.set(id, { sandbox: { ...sandbox, ready: false }, annotations })
    }
    for (const [id, container] of this.containers) {
      container.timer?.cancel()
      if (container.state.state !== 'running') continue
      container.state = { ...container.state, state: 'exited', exitCode: 137, finishedAtMs: this.#clock.now() }
      this.tell(id)
    }
  }

  tell(containerId: string): void {
    for (const listener of [...this.listeners]) listener(containerId)
  }
}

interface FakeContainer {
  state: ContainerState
  timer: Timer | undefined
  readonly lines: LogLine[]
  /** As it was asked for. */
  readonly config: ContainerConfig
}

const ANNOTATION = 'fake.pintle.dev/'

export class FakeDriver implements RuntimeDriver {
  readonly name = 'fake'
  readonly #machine: FakeMachine
  readonly #clock: Clock
  readonly #own = new Set<(containerId: string) => void>()

  constructor(machine: FakeMachine, clock: Clock) {
    this.#machine = machine
    this.#clock = clock
  }

  async start(): Promise<RuntimeInfo> {
    await this.#machine.fault('start', '')
    return {
      version: 'fake://1.0',
      description: 'fake: containers are only recorded, nothing runs',
      mountsVolumes: true,
      networkNamespaces: true,
      images: true,
    }
  }

  async close(): Promise<void> {
    for (const listener of this.#own) this.#machine.listeners.delete(listener)
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    await this.#machine.fault('createSandbox', config.uid)
    const known = this.#machine.sandboxes.get(config.uid)
    if (known?.sandbox.ready) return known.sandbox
    if (known !== undefined) await this.removeSandbox(config.uid)
    const { uid, namespace, name, ip, manifest } = config
    const sandbox = { id: uid, uid, namespace, name, ip, manifest, ready: true, createdAtMs: this.#clock.now() }
    this.#machine.sandboxes.set(uid, { sandbox, annotations: annotationsOf(manifest) })
    return sandbox
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    await this.#machine.fault('removeSandbox', sandboxId)
    for (const [id, { state }] of this.#machine.containers) {
      if (state.sandboxId === sandboxId) await this.removeContainer(id)
    }
    this.#machine.sandboxes.delete(sandboxId)
  }

  async listSandboxes(): Promise<readonly Sandbox[]> {
    return Array.from(this.#machine.sandboxes.values(), each => each.sandbox)
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const id = `${sandboxId}.${config.name}.${config.attempt}`
    await this.#machine.fault('createContainer', id)
    if (!this.#machine.sandboxes.has(sandboxId))
      throw new RuntimeError('CreateContainerError', `sandbox ${sandboxId} is gone`)
    if (this.#machine.containers.has(id)) return id
    for (const { state } of this.#machine.containers.values()) {
      if (state.sandboxId === sandboxId && state.name === config.name && state.state === 'running')
        throw new RuntimeError(CONTAINER_STILL_RUNS, `${state.id} still runs`)
    }
    const state: ContainerState = {
      id,
      sandboxId,
      name: config.name,
      attempt: config.attempt,
      state: 'created',
      image: config.image,
      imageId: `fake@${config.image}`,
      createdAtMs: this.#clock.now(),
      startedAtMs: undefined,
      finishedAtMs: undefined,
      exitCode: undefined,
      oomKilled: false,
      terminationMessage: undefined,
    }
    this.#machine.containers.set(id, { state, timer: undefined, lines: [], config })
    return id
  }

  async startContainer(containerId: string): Promise<void> {
    await this.#machine.fault('startContainer', containerId)
    const container = this.#containerOf(containerId)
    if (container.state.state !== 'created') return
    const wish = this.#wishes(container)
    const startMs = Number(wish('start-ms') ?? 0)
    if (startMs > 0) await new Promise<void>(resolve => this.#clock.setTimer(startMs, resolve))
    const nowMs = this.#clock.now()
    if (wish('fail') === 'start') {
      container.state = { ...container.state, state: 'exited', exitCode: 128, finishedAtMs: nowMs }
      this.#machine.tell(containerId)
      throw new RuntimeError('RunContainerError', 'exec: "fake": executable file not found in $PATH')
    }
    container.state = { ...container.state, state: 'running', startedAtMs: nowMs }
    this.#machine.write(containerId, 'started')
    this.#scheduleEnd(containerId, container)
  }

  #scheduleEnd(containerId: string, container: FakeContainer): void {
    const wish = this.#wishes(container)
    const crashes = container.state.image.includes('crash')
    const seconds = crashes ? 0 : wish('run-seconds')
    if (seconds === undefined) return
    const exitCode = crashes ? 1 : Number(wish('exit-code') ?? 0)
    container.timer = this.#clock.setTimer(Number(seconds) * 1000, () => this.#machine.end(containerId, exitCode))
  }

  async stopContainer(containerId: string, graceMs: number): Promise<void> {
    await this.#machine.fault('stopContainer', containerId)
    const container = this.#machine.containers.get(containerId)
    if (container?.state.state !== 'running') return
    const stopMs = Number(this.#wishes(container)('stop-ms') ?? 0)
    const waitMs = Math.min(stopMs, graceMs)
    if (waitMs > 0) await new Promise<void>(resolve => this.#clock.setTimer(waitMs, resolve))
    this.#machine.end(containerId, graceMs > 0 && stopMs <= graceMs ? 143 : 137)
  }

  async removeContainer(containerId: string): Promise<void> {
    await this.#machine.fault('removeContainer', containerId)
    this.#machine.end(containerId, 137)
    this.#machine.containers.delete(containerId)
  }

  async listContainers(): Promise<readonly ContainerState[]> {
    return Array.from(this.#machine.containers.values(), each => each.state)
  }

  onChange(listener: (containerId: string) => void): { close(): void } {
    this.#machine.listeners.add(listener)
    this.#own.add(listener)
    return { close: () => this.#machine.listeners.delete(listener) }
  }

  /** Echoes the command; fails while `ready-seconds` have not passed. */
  async exec(containerId: string, command: readonly string[], _limits: ExecLimits): Promise<ExecResult> {
    await this.#machine.fault('exec', containerId)
    const container = this.#containerOf(containerId)
    if (container.state.state !== 'running')
      throw new RuntimeError('ContainerNotRunning', 'the container is not running')
    const stdout = new TextEncoder().encode(command.join(' '))
    return { exitCode: this.isReady(containerId) ? 0 : 1, stdout, stderr: new Uint8Array() }
  }

  /** What probes are told. */
  isReady(containerId: string): boolean {
    const container = this.#machine.containers.get(containerId)
    if (container?.state.state !== 'running') return false
    const seconds = this.#wishes(container)('ready-seconds')
    if (seconds === undefined) return true
    return this.#clock.now() >= (container.state.startedAtMs ?? 0) + Number(seconds) * 1000
  }

  async *logs(containerId: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
    const { lines } = this.#containerOf(containerId)
    const recent = lines.filter(line => line.timeMs >= (options.sinceMs ?? 0))
    yield* options.tailLines === undefined
      ? recent
      : recent.slice(recent.length - Math.min(options.tailLines, recent.length))
    let seen = lines.length
    while (options.follow && !signal.aborted && this.#machine.containers.get(containerId)?.state.state === 'running') {
      await this.#changed(containerId, signal)
      for (; seen < lines.length; seen++) yield lines[seen]!
    }
  }

  async stats(containerId: string): Promise<ContainerStats | undefined> {
    const isRunning = this.#machine.containers.get(containerId)?.state.state === 'running'
    return isRunning ? { cpuNanoseconds: 1_000_000, memoryBytes: 1_048_576 } : undefined
  }

  async ensureImage(image: string, policy: 'Always' | 'IfNotPresent' | 'Never'): Promise<ImageReference> {
    await this.#machine.fault('ensureImage', image)
    const isMissing = image.includes('missing')
    if (isMissing && policy === 'Never')
      throw new RuntimeError('ErrImageNeverPull', `image ${image} is not here, and its imagePullPolicy is Never`)
    if (isMissing) throw new RuntimeError('ErrImagePull', `image ${image} not found`)
    return { id: `fake@${image}` }
  }

  #containerOf(id: string): FakeContainer {
    const container = this.#machine.containers.get(id)
    if (container === undefined) throw new RuntimeError('ContainerNotFound', `container ${id} is gone`)
    return container
  }

  #wishes({ state }: FakeContainer): (name: string) => string | undefined {
    const annotations = this.#machine.sandboxes.get(state.sandboxId)?.annotations ?? {}
    return name => annotations[`${ANNOTATION}${name}`]
  }

  #changed(containerId: string, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.#machine.listeners.delete(listener)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const listener = (id: string) => {
        if (id === containerId) done()
      }
      this.#machine.listeners.add(listener)
      signal.addEventListener('abort', done)
    })
  }
}

function annotationsOf(manifest: string): Record<string, string> {
  try {
    return (JSON.parse(manifest) as { metadata?: { annotations?: Record<string, string> } }).metadata?.annotations ?? {}
  } catch {
    return {}
  }
}
