import { isApiError } from '../../src/api/api-error.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../src/api/object.ts'
import type { Client } from '../../src/client/client.ts'
import type { RecordEvent } from '../../src/client/event-recorder.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { sleep } from '../../src/lib/clock.ts'
import type { Logger } from '../../src/lib/log.ts'
import type { AgentNotes } from './machine/agent-notes.ts'
import type { RuntimeDriver, Sandbox } from './runtime-driver.ts'

export interface OrphanPodsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly nodeName: string
  readonly driver: RuntimeDriver
  readonly notes: AgentNotes
  readonly recordEvent: RecordEvent
  /** Calls back later, unless the agent has stopped by then. */
  readonly after: (delayMs: number, action: () => void) => void
  readonly isStopped: () => boolean
  /** What was being deleted is not wanted back: it ends as if the store had said so. */
  readonly isBeingDeleted: (uid: string) => boolean
  /** As the watch shows it now. */
  readonly find: (pod: DeepReadonly<Pod>) => DeepReadonly<Pod> | undefined
  /** The server knows the pod (again): by our doing with the object it made, or by another's. */
  readonly onKnown: (uid: string, made?: DeepReadonly<Pod>) => void
}

/** How long, and how often, a new live store is told of running pods before anything else. */
const REGISTER_FIRST_MS = 15_000
const REGISTER_AGAIN_MS = 100
const REGISTER_LATER_MS = 5_000
/** What nobody has adopted so long after the live store was lost is reported. */
const ADOPTION_MS = 300_000

/**
 * Pods that run here while the live store was lost and does not know them yet. They are registered again, under their own
 * name and UID; what is still to be done is noted, so that a new agent goes on with it.
 */
export class OrphanPods {
  readonly #options: OrphanPodsOptions
  readonly #sandboxes = new Map<string, Sandbox>()

  constructor(options: OrphanPodsOptions) {
    this.#options = options
  }

  has(uid: string): boolean {
    return this.#sandboxes.has(uid)
  }

  /**
   * The live store was lost. Namespaces come back from Git, so this is tried again for a while; resolves with the UIDs of
   * what is still missing, which goes on being tried.
   */
  async storeLost(): Promise<readonly string[]> {
    const { driver, clock, after, isStopped, isBeingDeleted } = this.#options
    // One of which nothing was ever started is nobody's loss, and may not be wanted any more.
    const containers = await driver.listContainers()
    const started = new Set(containers.filter(({ state }) => state !== 'created').map(({ sandboxId }) => sandboxId))
    for (const sandbox of await driver.listSandboxes()) {
      if (started.has(sandbox.id) && !isBeingDeleted(sandbox.uid)) this.#sandboxes.set(sandbox.uid, sandbox)
    }
    const endMs = clock.monotonic() + REGISTER_FIRST_MS
    while (this.#sandboxes.size > 0 && !isStopped() && clock.monotonic() < endMs) {
      await this.#tryAll()
      if (this.#sandboxes.size > 0) await sleep(clock, REGISTER_AGAIN_MS)
    }
    if (this.#sandboxes.size > 0) after(REGISTER_AGAIN_MS, () => void this.#goOn())
    return [...this.#sandboxes.keys()]
  }

  /** What an earlier agent noted and did not get done. */
  async recall(): Promise<void> {
    const { notes, driver, after } = this.#options
    const noted = new Set(notes.read().orphans ?? [])
    for (const sandbox of await driver.listSandboxes())
      if (noted.has(sandbox.uid)) this.#sandboxes.set(sandbox.uid, sandbox)
    if (this.#sandboxes.size > 0) after(0, () => void this.#goOn())
  }

  /** The server knows this pod, whoever told it. */
  markKnown(uid: string): void {
    if (!this.#sandboxes.delete(uid)) return
    const { notes, onKnown } = this.#options
    notes.write({ ...notes.read(), orphans: [...this.#sandboxes.keys()] })
    onKnown(uid)
  }

  async #goOn(): Promise<void> {
    await this.#tryAll()
    if (this.#sandboxes.size > 0) this.#options.after(REGISTER_LATER_MS, () => void this.#goOn())
  }

  async #tryAll(): Promise<void> {
    const { log, isStopped } = this.#options
    for (const [uid, sandbox] of [...this.#sandboxes]) {
      if (isStopped()) return
      try {
        await this.#register(sandbox)
        this.markKnown(uid)
      } catch (error) {
        const pod = `${sandbox.namespace}/${sandbox.name}`
        log.log('debug', 'pod not registered again yet', { pod, error: String(error) })
      }
    }
  }

  /** Its namespace comes back from Git: until then this is refused, and tried again. */
  async #register(sandbox: Sandbox): Promise<void> {
    const { client, nodeName, after, onKnown } = this.#options
    const manifest = JSON.parse(sandbox.manifest) as Pod
    const spec = { ...manifest.spec, nodeName }
    try {
      const pod = await client.create(Pod, { ...manifest, spec } as Parameters<typeof client.create<Pod>>[1])
      if (pod.metadata.uid === sandbox.uid) onKnown(sandbox.uid, pod)
      after(ADOPTION_MS, () => this.#reportUnadopted(pod))
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error
    }
  }

  #reportUnadopted(pod: DeepReadonly<Pod>): void {
    const { log, recordEvent, find } = this.#options
    const now = find(pod)
    if (now === undefined || now.metadata.uid !== pod.metadata.uid || now.metadata.ownerReferences?.length) return
    const message =
      'runs since before the live store was lost, and no controller has adopted it: delete it if it is not wanted'
    log.log('warn', 'pod was not adopted', { pod: `${pod.metadata.namespace}/${pod.metadata.name}` })
    recordEvent(now, 'Warning', 'NotAdopted', message)
  }
}
