import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { ignoreGoneOrChanged } from '../../../src/control/ignore-gone.ts'
import type { Timer } from '../../../src/lib/clock.ts'
import { formatHostsFile } from '../environment/hosts-file.ts'
import { formatResolvConf } from '../environment/resolv-conf.ts'
import { ContainerProbes } from '../probes/container-probes.ts'
import type { ContainerState, Sandbox } from '../runtime-driver.ts'
import { RuntimeError } from '../runtime-driver.ts'
import { prepareVolumes } from '../volumes/prepare-volumes.ts'
import { ContainerRunner } from './container-runner.ts'
import type { PlannedStart } from './plan-pod.ts'
import { isEnding, planPod } from './plan-pod.ts'
import type { PodContext } from './pod-context.ts'
import { newPodMemory } from './pod-memory.ts'
import type { PodView } from './pod-view.ts'
import { addressOf, allContainers, attempts, latestAttempt } from './pod-view.ts'
import { assumeBackoff } from './restart-backoff.ts'
import { sandboxConfig } from './sandbox-config.ts'
import { writePodStatus } from './write-pod-status.ts'

/** After trouble that is nobody's fault in particular. */
const RETRY_MS = 10_000
/** Looks at everything again even if nobody said that something changed. */
const RESYNC_MS = 60_000
/** Containers of one name that are kept: the last, and the one before it for `logs --previous`. */
const ATTEMPTS_KEPT = 2
const LOG_TAIL_LINES = 80
const LOG_TAIL_BYTES = 2_048

/**
 * Keeps one pod as the API says. Level-triggered: `notify` says that something may have changed; then everything is read
 * (the object, the runtime), a plan is made and carried out, and the status written if it differs. One pass at a time.
 * What it remembers is for comfort only: a worker made anew after a restart comes to the same end.
 */
export class PodWorker {
  readonly #context: PodContext
  readonly #memory = newPodMemory()
  readonly #runner: ContainerRunner
  #pod: DeepReadonly<Pod>
  /** Counts what the watch said; it becomes `#isRemoved` only when the server has confirmed it. */
  #goneHints = 0
  #isRemoved = false
  /** Resolved while the pod is to go. */
  #going: PromiseWithResolvers<void> = Promise.withResolvers()
  #isGoing = false
  #isDirty = false
  #running: Promise<void> | undefined
  #timer: Timer | undefined
  #stopped = false
  #sandboxUid: string
  /** What the last hosts file said, to write only what changed. */
  #hostsFile: string | undefined

  constructor(context: PodContext, pod: DeepReadonly<Pod>) {
    this.#context = context
    this.#pod = pod
    this.#sandboxUid = pod.metadata.uid!
    this.#runner = new ContainerRunner({
      context,
      memory: this.#memory,
      pod: () => this.#pod,
      going: () => this.#going.promise,
      onChange: () => this.notify(),
    })
  }

  get pod(): DeepReadonly<Pod> {
    return this.#pod
  }

  /** The newest state of the object. */
  setPod(pod: DeepReadonly<Pod>): void {
    this.#pod = pod
    this.#noteGoing()
    this.notify()
  }

  /** The watch said that the object is gone. Whether that is so is asked before anything is killed. */
  objectGone(): void {
    this.#goneHints += 1
    this.#noteGoing()
    this.notify()
  }

  /** It is there (again). */
  objectBack(pod: DeepReadonly<Pod>): void {
    this.#goneHints = 0
    this.#isRemoved = false
    this.setPod(pod)
  }

  /** After each change of what it depends on. A pod may be back: the store may have been replaced by an older copy. */
  #noteGoing(): void {
    const isDeleted = this.#pod.metadata.deletionTimestamp !== undefined
    const isGoing = isDeleted || this.#isRemoved || this.#goneHints > 0
    if (isGoing) this.#going.resolve()
    else if (this.#isGoing) this.#going = Promise.withResolvers()
    this.#isGoing = isGoing
  }

  /** A ConfigMap or Secret it refers to is there, or another one: what was missing may be there now. */
  referencesChanged(): void {
    this.#memory.setupFailure = undefined
    for (const [name, failure] of this.#memory.failures) {
      if (failure.reason === 'CreateContainerConfigError') this.#memory.failures.set(name, { ...failure, retryAtMs: 0 })
    }
    this.notify()
  }

  notify(): void {
    this.#isDirty = true
    if (this.#stopped || this.#running !== undefined) return
    this.#timer?.cancel()
    this.#running = this.#work()
  }

  /** Ends the worker; containers go on. Resolves when the pass under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    for (const probes of this.#memory.probes.values()) probes.stop()
    await this.#running
  }

  async #work(): Promise<void> {
    let wakeAtMs: number | undefined
    while (this.#isDirty && !this.#stopped) {
      this.#isDirty = false
      wakeAtMs = await this.#pass().catch(error => this.#failed(error))
    }
    this.#running = undefined
    if (this.#stopped) return
    const { clock } = this.#context
    const delayMs = Math.min(RESYNC_MS, Math.max(0, (wakeAtMs ?? Number.POSITIVE_INFINITY) - clock.now()))
    this.#timer = clock.setTimer(delayMs, () => this.notify())
  }

  #failed(error: unknown): number {
    const { log, clock } = this.#context
    log.log('warn', 'pod not settled, trying again', { pod: this.#name, error: String(error) })
    return clock.now() + RETRY_MS
  }

  /** One look at everything; resolves with when to look again. */
  async #pass(): Promise<number | undefined> {
    if (!(await this.#knowsIfRemoved())) return this.#context.clock.now() + RETRY_MS
    let view = await this.#observe()
    if (isEnding(view)) this.#memory.endingSinceMs ??= view.nowMs
    const plan = planPod(view)
    if (plan.verdict !== undefined && this.#memory.verdict === undefined) {
      this.#memory.verdict = plan.verdict
      this.#event('Warning', plan.verdict.reason, plan.verdict.message)
    }
    for (const kill of plan.kills) this.#runner.kill(kill, view)
    if (plan.removeSandbox) await this.#removeSandbox(view.sandbox!)
    if (plan.createSandbox) await this.#createSandbox()
    if (plan.starts.length > 0) await this.#startAll(plan.starts, view)
    else await this.#refresh(view)
    view = await this.#observe()
    await this.#writeStatus(view)
    if (plan.cleanUp) await this.#cleanUp(view)
    const changed = plan.createSandbox || plan.removeSandbox || plan.starts.length > 0
    if (changed) this.#isDirty = true
    return plan.wakeAtMs
  }

  /** Settled before each pass: what the watch says in the middle of one counts in the next. */
  async #knowsIfRemoved(): Promise<boolean> {
    const hints = this.#goneHints
    if (hints === 0 || this.#isRemoved) return true
    const removal = await this.#context.confirmRemoval(this.#pod)
    if (removal === 'unknown') return false
    if (this.#goneHints !== hints) return this.#knowsIfRemoved()
    this.#goneHints = 0
    this.#isRemoved = removal === 'removed'
    this.#noteGoing()
    return true
  }

  get #name(): string {
    return `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`
  }

  async #observe(): Promise<PodView> {
    const { driver, clock } = this.#context
    const sandbox = (await driver.listSandboxes()).find(each => each.uid === this.#sandboxUid)
    const all = sandbox === undefined ? [] : await driver.listContainers()
    const containers = all.filter(each => each.sandboxId === sandbox?.id)
    const view: PodView = {
      pod: this.#pod,
      isRemoved: this.#isRemoved,
      sandbox,
      containers,
      memory: this.#memory,
      nowMs: clock.now(),
    }
    this.#followContainers(view)
    await this.#readLogTails(view)
    return view
  }

  /** Probes run exactly for the containers that run. */
  #followContainers(view: PodView): void {
    const running = view.containers.filter(each => each.state === 'running' && !this.#memory.starting.has(each.id))
    for (const [id, probes] of this.#memory.probes) {
      if (running.some(each => each.id === id) && !this.#memory.killing.has(id)) continue
      probes.stop()
      if (!running.some(each => each.id === id)) this.#memory.probes.delete(id)
    }
    for (const state of running) {
      if (!this.#memory.probes.has(state.id) && !this.#memory.killing.has(state.id)) this.#startProbes(state, view)
    }
    for (const { name } of allContainers(this.#pod)) this.#assumeBackoff(latestAttempt(view, name))
  }

  #assumeBackoff(state: ContainerState | undefined): void {
    if (state === undefined || this.#memory.backoff.has(state.name)) return
    const backoff = assumeBackoff(state.attempt, state.startedAtMs ?? state.createdAtMs)
    if (backoff !== undefined) this.#memory.backoff.set(state.name, backoff)
  }

  #startProbes(state: ContainerState, view: PodView): void {
    const container = allContainers(this.#pod).find(each => each.name === state.name)
    if (container === undefined) return
    const { clock, prober, driver } = this.#context
    const id = `${driver.name}://${state.id}`
    const statuses = [
      ...(this.#pod.status?.containerStatuses ?? []),
      ...(this.#pod.status?.initContainerStatuses ?? []),
    ]
    const known = statuses.find(each => each.containerID === id)
    const probes = new ContainerProbes({
      containerId: state.id,
      container,
      host: addressOf(view, this.#context),
      startedAtMs: state.startedAtMs ?? clock.now(),
      wasReady: known?.ready ?? false,
      wasStarted: known?.started ?? false,
      clock,
      prober,
      onChange: () => this.notify(),
      onFailure: (kind, message) => {
        const title = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`
        this.#event('Warning', 'Unhealthy', `${title} probe failed: ${message}`)
      },
    })
    this.#memory.probes.set(state.id, probes)
  }

  async #createSandbox(): Promise<void> {
    const { driver, addresses, nameServers } = this.#context
    const { spec } = this.#pod
    try {
      const used = new Set((await driver.listSandboxes()).map(each => each.ip).filter(ip => ip !== undefined))
      const ip = spec.hostNetwork ? undefined : addresses.allocate(used)
      const hostsFile = formatHostsFile(this.#pod, ip, await this.#context.services())
      await driver.createSandbox(
        sandboxConfig(this.#pod, { ip, resolvConf: formatResolvConf(this.#pod, nameServers), hostsFile }),
      )
      this.#memory.setupFailure = undefined
    } catch (error) {
      this.#setupFailed('FailedCreatePodSandBox', `Failed to create pod sandbox: ${(error as Error).message}`)
    }
  }

  #setupFailed(reason: string, message: string): void {
    this.#memory.setupFailure = { retryAtMs: this.#context.clock.now() + RETRY_MS }
    this.#event('Warning', reason, message)
  }

  async #startAll(starts: readonly PlannedStart[], view: PodView): Promise<void> {
    let volumes: Map<string, string>
    try {
      volumes = await this.#prepareVolumes(view)
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      return this.#setupFailed(error.reason, error.message)
    }
    await Promise.all(starts.map(start => this.#runner.start(start, volumes, view)))
    for (const { container } of starts) await this.#forgetOldAttempts(view, container.name)
  }

  #prepareVolumes(view: PodView): Promise<Map<string, string>> {
    const { files, references, place } = this.#context
    return prepareVolumes(this.#pod, {
      files,
      references: references.for(this.#sandboxUid),
      place: { ...place, podIp: addressOf(view, this.#context) },
    })
  }

  /** While everything runs: volumes and the hosts file follow what they show. */
  async #refresh(view: PodView): Promise<void> {
    if (view.sandbox === undefined || view.isRemoved || this.#pod.metadata.deletionTimestamp !== undefined) return
    if (!view.containers.some(each => each.state === 'running')) return
    await this.#prepareVolumes(view).catch(error => {
      if (!(error instanceof RuntimeError)) throw error
      this.#event('Warning', error.reason, error.message)
    })
    await this.#updateHosts(view.sandbox)
  }

  async #updateHosts(sandbox: Sandbox): Promise<void> {
    const { driver, services } = this.#context
    if (driver.updateHostsFile === undefined || this.#pod.spec.hostNetwork) return
    const content = formatHostsFile(this.#pod, sandbox.ip, await services())
    if (content === this.#hostsFile) return
    await driver.updateHostsFile(sandbox.id, content)
    this.#hostsFile = content
  }

  async #forgetOldAttempts(view: PodView, name: string): Promise<void> {
    const old = attempts(view, name).slice(0, -(ATTEMPTS_KEPT - 1))
    for (const each of old) await this.#context.driver.removeContainer(each.id)
  }

  async #readLogTails(view: PodView): Promise<void> {
    for (const container of allContainers(this.#pod)) {
      const latest = latestAttempt(view, container.name)
      const wants = container.terminationMessagePolicy === 'FallbackToLogsOnError'
      if (!wants || latest?.state !== 'exited' || latest.exitCode === 0 || this.#memory.logTails.has(latest.id))
        continue
      this.#memory.logTails.set(latest.id, await this.#readTail(latest.id))
    }
  }

  async #readTail(id: string): Promise<string> {
    const lines: string[] = []
    const options = { follow: false, tailLines: LOG_TAIL_LINES }
    for await (const line of this.#context.driver.logs(id, options, new AbortController().signal)) {
      lines.push(`${new TextDecoder().decode(line.bytes)}\n`)
    }
    return lines.join('').slice(-LOG_TAIL_BYTES)
  }

  /** Everything has ended. Logs stay until the object's deletion is asked for. */
  async #cleanUp(view: PodView): Promise<void> {
    const { client } = this.#context
    const isDeleted = this.#pod.metadata.deletionTimestamp !== undefined
    if (!this.#isRemoved && !isDeleted) return
    if (view.sandbox !== undefined) await this.#removeSandbox(view.sandbox)
    await this.#context.files.remove(this.#sandboxUid)
    if (!this.#isRemoved) {
      const { namespace, name, uid } = this.#pod.metadata
      const key = { name, ...(namespace !== undefined && { namespace }) }
      await ignoreGoneOrChanged(() => client.delete(Pod, key, { gracePeriodSeconds: 0, preconditions: { uid: uid! } }))
    }
    this.#context.references.release(this.#sandboxUid)
    this.#stopped = true
    this.#context.onPodGone(this.#sandboxUid)
  }

  async #removeSandbox(sandbox: Sandbox): Promise<void> {
    await this.#context.driver.removeSandbox(sandbox.id)
    this.#hostsFile = undefined
  }

  async #writeStatus(view: PodView): Promise<void> {
    if (this.#isRemoved) return
    const written = await writePodStatus(view, this.#context)
    // The answer may be older than what the watch has told meanwhile, e.g. that the pod is to go.
    if (written !== undefined && this.#pod === view.pod) this.#pod = written
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.recordEvent(this.#pod, type, reason, message)
  }
}
