import type { Container } from '../../../src/api/generated/types.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { resolveEnvironment } from '../environment/container-environment.ts'
import { serviceVariables } from '../environment/service-variables.ts'
import { CONTAINER_STILL_RUNS, RuntimeError } from '../runtime-driver.ts'
import { containerConfig } from './container-config.ts'
import type { PlannedKill, PlannedStart } from './plan-pod.ts'
import type { PodContext } from './pod-context.ts'
import type { PodMemory } from './pod-memory.ts'
import type { PodView } from './pod-view.ts'
import { addressOf } from './pod-view.ts'
import { pullCredentials } from './pull-credentials.ts'
import { nextBackoff } from './restart-backoff.ts'
import { runHook } from './run-hook.ts'
import { stopContainer } from './stop-container.ts'

interface ContainerRunnerOptions {
  readonly context: PodContext
  readonly memory: PodMemory
  /** The newest state of the object. */
  readonly pod: () => DeepReadonly<Pod>
  /** Resolved once the pod is to go: nothing is waited for any more that only a start needs. */
  readonly going: () => Promise<void>
  /** A container was stopped. */
  readonly onChange: () => void
}

/** After trouble that is nobody's fault in particular; doubled each time. */
const RETRY_MS = 10_000
const RETRY_MAX_MS = 300_000
const POST_START_MS_MAX = 600_000
/** The reason of a RuntimeError that nobody is told of: the pod is to go. */
const POD_GOING = 'PodGoing'

/** Starts and stops the containers of one pod, with their hooks, and remembers what went wrong. */
export class ContainerRunner {
  readonly #options: ContainerRunnerOptions
  readonly #context: PodContext
  readonly #memory: PodMemory

  constructor(options: ContainerRunnerOptions) {
    this.#options = options
    this.#context = options.context
    this.#memory = options.memory
  }

  get #pod(): DeepReadonly<Pod> {
    return this.#options.pod()
  }

  async start(start: PlannedStart, volumes: ReadonlyMap<string, string>, view: PodView): Promise<void> {
    const { driver, clock, startLimit } = this.#context
    const { container } = start
    if (start.finishedAtMs !== undefined) {
      const before = this.#memory.backoff.get(container.name)
      this.#memory.backoff.set(container.name, nextBackoff(before, start.finishedAtMs, clock.now()))
    }
    let id = start.containerId
    try {
      // An image may take minutes: it is waited for outside of the limit, which is for what costs CPU time.
      if (id === undefined) await this.#pull(container)
      id = await startLimit.run(async () => {
        id ??= await this.#create(start, volumes, view)
        await driver.startContainer(id)
        return id
      })
      this.#memory.failures.delete(container.name)
      this.#event('Normal', 'Started', `Started container ${container.name}`)
    } catch (error) {
      return this.#startFailed(error, start, id)
    }
    this.#postStart(container, id, view)
  }

  async #pull(container: DeepReadonly<Container>): Promise<void> {
    const { driver, runtime, references } = this.#context
    const image = container.image ?? ''
    const policy = container.imagePullPolicy ?? 'IfNotPresent'
    const credentials = runtime.images ? await pullCredentials(this.#pod, references.for(this.#pod.metadata.uid!)) : []
    const pulled = driver.ensureImage(image, policy as 'Always' | 'IfNotPresent' | 'Never', credentials)
    const isGoing = await Promise.race([pulled.then(() => false), this.#options.going().then(() => true)])
    if (isGoing) throw new RuntimeError(POD_GOING, 'the pod is to go')
    if (runtime.images) this.#event('Normal', 'Pulled', `Container image ${JSON.stringify(image)} is ready`)
  }

  async #create(
    { container, attempt }: PlannedStart,
    volumes: ReadonlyMap<string, string>,
    view: PodView,
  ): Promise<string> {
    const { driver, files } = this.#context
    const env = await this.#environment(container, view)
    const config = await containerConfig(this.#pod, container, attempt, env, volumes, files)
    const id = await driver.createContainer(view.sandbox!.id, config)
    this.#event('Normal', 'Created', `Created container: ${container.name}`)
    return id
  }

  async #environment(container: DeepReadonly<Container>, view: PodView): Promise<Map<string, string>> {
    const { references, place, services } = this.#context
    const namespace = this.#pod.metadata.namespace ?? 'default'
    const links = this.#pod.spec.enableServiceLinks ?? true
    return resolveEnvironment(this.#pod, container, {
      references: references.for(this.#pod.metadata.uid!),
      place: { ...place, podIp: addressOf(view, this.#context) },
      services: serviceVariables(await services(), namespace, links),
    })
  }

  #startFailed(error: unknown, { container }: PlannedStart, id: string | undefined): void {
    const { clock } = this.#context
    const reason = error instanceof RuntimeError ? error.reason : 'CreateContainerError'
    if (reason === CONTAINER_STILL_RUNS || reason === POD_GOING) return
    const message = (error as Error).message
    this.#event('Warning', 'Failed', `Error: ${message}`)
    // The runtime made it and could not start it: it counts as a run that ended.
    if (reason === 'RunContainerError' && id !== undefined) {
      this.#memory.startErrors.set(id, message)
      return
    }
    const count = (this.#memory.failures.get(container.name)?.count ?? 0) + 1
    const isConfig = reason === 'CreateContainerConfigError'
    const delayMs = isConfig ? RETRY_MS : Math.min(RETRY_MS * 2 ** Math.min(count - 1, 10), RETRY_MAX_MS)
    const shown = reason === 'ErrImagePull' && count > 1 ? 'ImagePullBackOff' : reason
    this.#memory.failures.set(container.name, { reason: shown, message, count, retryAtMs: clock.now() + delayMs })
  }

  /** In the background: a hook may take minutes, and a deletion must not wait for it. Until then it is not running. */
  #postStart(container: DeepReadonly<Container>, id: string, view: PodView): void {
    const hook = container.lifecycle?.postStart
    if (hook === undefined) return
    this.#memory.starting.add(id)
    const { prober, clock } = this.#context
    const target = { containerId: id, host: addressOf(view, this.#context), prober, clock }
    void runHook(hook, container, target, POST_START_MS_MAX).then(result => {
      this.#memory.starting.delete(id)
      if (!result.ok) this.#postStartFailed(container, id, result.message, view)
      this.#options.onChange()
    })
  }

  #postStartFailed(container: DeepReadonly<Container>, id: string, why: string, view: PodView): void {
    this.#event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${why}`)
    if (this.#memory.killing.has(id)) return
    const graceMs = (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    this.kill(
      { containerId: id, container: container.name, graceMs, message: 'FailedPostStartHook', preStop: true },
      view,
    )
  }

  /** Stops a container in the background: nothing else waits for its grace period. */
  kill(kill: PlannedKill, view: PodView): void {
    const { clock } = this.#context
    const { containerId, container, graceMs } = kill
    const isFirst = !this.#memory.killing.has(containerId)
    this.#memory.killing.set(containerId, { endMs: clock.now() + graceMs })
    if (isFirst) this.#event('Normal', 'Killing', kill.message)
    void this.#stop(kill, view)
      .catch(error => {
        this.#context.log.log('warn', 'container not stopped', {
          pod: `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`,
          container,
          error: String(error),
        })
      })
      .finally(() => {
        if (isFirst) this.#memory.killing.delete(containerId)
        this.#options.onChange()
      })
  }

  async #stop(kill: PlannedKill, view: PodView): Promise<void> {
    const failure = await stopContainer(this.#context, this.#pod, { ...kill, host: addressOf(view, this.#context) })
    if (failure !== undefined) this.#event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${failure}`)
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.recordEvent(this.#pod, type, reason, message)
  }
}
