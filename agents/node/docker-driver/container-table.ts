import type Docker from 'dockerode'
import type { ContainerInspectInfo } from 'dockerode'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import { messageOf } from '../../../src/lib/message-of.ts'
import { isNotFound } from './engine.ts'
import { LABELS } from './labels.ts'

/** Repairs what no event told. */
const RELIST_MS = 10_000
const RECONNECT_MS = 1_000
/** What changes a container's state. */
const EVENTS = ['create', 'start', 'die', 'oom', 'destroy', 'pause', 'unpause']
const INSPECTED_AT_ONCE = 16

export type Listener = (containerId: string, podUid: string | undefined) => void

/**
 * The engine's containers of this agent, as last inspected: kept up to date by its events, and by a list every ten
 * seconds for what no event told. While the engine is away it shows what was last seen.
 */
export class ContainerTable {
  readonly #engine: Docker
  readonly #agent: string
  readonly #clock: Clock
  readonly #log: Logger
  readonly #onEngineBack: () => void
  readonly #containers = new Map<string, ContainerInspectInfo>()
  readonly #listeners = new Set<Listener>()
  #timer: Timer | undefined
  #events: { destroy(): void } | undefined
  #closed = false
  #isAway = false

  constructor(options: {
    readonly engine: Docker
    readonly agent: string
    readonly clock: Clock
    readonly log: Logger
    readonly onEngineBack?: () => void
  }) {
    this.#engine = options.engine
    this.#agent = options.agent
    this.#clock = options.clock
    this.#log = options.log
    this.#onEngineBack = options.onEngineBack ?? (() => {})
  }

  /** Resolves when everything there is was inspected. */
  async open(): Promise<void> {
    await this.#follow()
    await this.relist()
    this.#relistLater()
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#events?.destroy()
    this.#listeners.clear()
  }

  onChange(listener: Listener): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => this.#listeners.delete(listener) }
  }

  all(): readonly ContainerInspectInfo[] {
    return [...this.#containers.values()]
  }

  get(id: string): ContainerInspectInfo | undefined {
    return this.#containers.get(id)
  }

  /** Looks at one container again. Undefined when it is gone. */
  async inspect(id: string): Promise<ContainerInspectInfo | undefined> {
    try {
      const found = await this.#engine.getContainer(id).inspect()
      const before = this.#containers.get(found.Id)
      this.#containers.set(found.Id, found)
      if (before === undefined || JSON.stringify(before.State) !== JSON.stringify(found.State)) this.#tell(found)
      return found
    } catch (error) {
      if (!isNotFound(error)) throw error
      this.forget(id)
      return undefined
    }
  }

  forget(id: string): void {
    const before = this.#containers.get(id)
    if (before !== undefined && this.#containers.delete(id)) this.#tell(before)
  }

  /** Looks at what is another than was seen; after the engine was away at `everything`. */
  async relist({ everything = false } = {}): Promise<void> {
    const listed = await this.#engine.listContainers({
      all: true,
      filters: { label: [`${LABELS.agent}=${this.#agent}`] },
    })
    const ids = new Set(listed.map(({ Id }) => Id))
    for (const id of [...this.#containers.keys()]) if (!ids.has(id)) this.forget(id)
    const changed = listed.filter(({ Id, State }) => everything || this.#containers.get(Id)?.State.Status !== State)
    while (changed.length > 0) await Promise.all(changed.splice(0, INSPECTED_AT_ONCE).map(({ Id }) => this.inspect(Id)))
  }

  #relistLater(): void {
    if (this.#closed) return
    this.#timer = this.#clock.setTimer(RELIST_MS, () => {
      void this.relist()
        .catch(error => this.#log.log('debug', 'containers not listed', { error: messageOf(error) }))
        .finally(() => this.#relistLater())
    })
  }

  async #follow(): Promise<void> {
    const filters = { type: ['container' as const], event: EVENTS, label: [`${LABELS.agent}=${this.#agent}`] }
    const stream = await this.#engine.getEvents({ filters })
    this.#events = stream as unknown as { destroy(): void }
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#onEvent(line)
    })
    for (const end of ['error', 'close', 'end']) stream.on(end, () => this.#onEnd(stream))
  }

  #onEvent(line: string): void {
    if (line.trim() === '') return
    const { id, Action } = JSON.parse(line) as { id: string; Action: string }
    if (Action === 'destroy') this.forget(id)
    else
      void this.inspect(id).catch(error =>
        this.#log.log('debug', 'container not inspected', { id, error: messageOf(error) }),
      )
  }

  /** The engine went away: it is asked until it is back, and then everything is looked at again. */
  #onEnd(stream: unknown): void {
    if (this.#closed || this.#events !== stream) return
    this.#events = undefined
    if (!this.#isAway) this.#log.log('warn', 'the Docker engine went away; waiting for it', {})
    this.#isAway = true
    this.#clock.setTimer(RECONNECT_MS, () => void this.#reconnect())
  }

  async #reconnect(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#follow()
      await this.relist({ everything: true })
      this.#isAway = false
      this.#log.log('info', 'the Docker engine is back', {})
      this.#onEngineBack()
    } catch {
      this.#clock.setTimer(RECONNECT_MS, () => void this.#reconnect())
    }
  }

  #tell(container: ContainerInspectInfo): void {
    const uid = container.Config.Labels[LABELS.podUid]
    for (const listener of [...this.#listeners]) listener(container.Id, uid)
  }
}
