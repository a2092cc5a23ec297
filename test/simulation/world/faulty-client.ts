import { apiError } from '../../../src/api/api-error.ts'
import type { Kind } from '../../../src/api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../../../src/api/object.ts'
import type {
  ApplyOptions,
  Client,
  DeleteOptions,
  Fence,
  GetOptions,
  Identity,
  ListOptions,
  NewObject,
  ObjectList,
  ObjectWatch,
  ObjectWatcher,
  Patch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../../src/client/client.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** How a process's watches misbehave. */
export interface WatchFaults {
  /** Per event: the watch ends here, as if the connection broke. */
  readonly dropped: number
  /** Of the dropped ones: it ends as Expired, as if the server had compacted. */
  readonly expired: number
  /** Per event: it, and all behind it, comes late. */
  readonly late: number
  readonly lateMsMax: number
}

export const NO_WATCH_FAULTS: WatchFaults = { dropped: 0, expired: 0, late: 0, lateMsMax: 0 }

/** Told of each delete that is asked for, and by whom. */
export type DeleteObserver = (user: string, kind: Kind, key: ObjectKey) => void

export interface FaultyClientOptions {
  readonly client: Client
  readonly process: SimulatedProcess
  /** Who acts. */
  readonly user: string
  readonly watchFaults: () => WatchFaults
  /** Per update or patch: refused as if somebody else had been faster. */
  readonly conflicts: () => number
  readonly onDelete: DeleteObserver
}

/** A Client as one simulated process sees it: every call can be lost, late, or the last thing it does. */
export class FaultyClient implements Client {
  readonly #options: FaultyClientOptions
  readonly #client: Client
  readonly #process: SimulatedProcess

  constructor(options: FaultyClientOptions) {
    this.#options = options
    this.#client = options.client
    this.#process = options.process
  }

  get kinds() {
    return this.#client.kinds
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: GetOptions): Promise<DeepReadonly<T>> {
    return this.#process.effect(`get ${describe(kind, key)}`, () => this.#client.get(kind, key, options))
  }

  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>> {
    return this.#process.effect(`list ${kind.plural}`, () => this.#client.list(kind, options))
  }

  create<T extends KubeObject>(kind: Kind<T>, object: NewObject<T>, options?: WriteOptions): Promise<DeepReadonly<T>> {
    const what = `create ${describe(kind, object.metadata as ObjectKey)}`
    return this.#process.effect(what, () => this.#client.create(kind, object, options))
  }

  update<T extends KubeObject>(
    kind: Kind<T>,
    object: DeepReadonly<T>,
    options?: WriteOptions,
  ): Promise<DeepReadonly<T>> {
    const what = `update ${describe(kind, object.metadata as ObjectKey)}${suffix(options)}`
    return this.#process.effect(what, async () => {
      this.#mayConflict()
      return this.#client.update(kind, object, options)
    })
  }

  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<DeepReadonly<T>> {
    const what = `patch ${describe(kind, key)}${suffix(options)}`
    return this.#process.effect(what, async () => {
      this.#mayConflict()
      return this.#client.patch(kind, key, patch, options)
    })
  }

  apply<T extends KubeObject>(kind: Kind<T>, object: NewObject<T>, options: ApplyOptions): Promise<DeepReadonly<T>> {
    const what = `apply ${describe(kind, object.metadata as ObjectKey)}${suffix(options)}`
    return this.#process.effect(what, () => this.#client.apply(kind, object, options))
  }

  delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: DeleteOptions,
  ): Promise<DeepReadonly<T> | undefined> {
    return this.#process.effect(`delete ${describe(kind, key)}`, () => {
      if (!options?.dryRun) this.#options.onDelete(this.#options.user, kind, key)
      return this.#client.delete(kind, key, options)
    })
  }

  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions, watcher: ObjectWatcher<T>): ObjectWatch {
    if (!this.#process.alive) return { stop: () => {} }
    const delivery = new WatchDelivery(this.#process, this.#options.watchFaults, watcher)
    return delivery.attach(this.#client.watch(kind, options, delivery))
  }

  as(identity: Identity): Client {
    return new FaultyClient({ ...this.#options, client: this.#client.as(identity), user: identity.user })
  }

  withFence(fence: Fence): Client {
    return new FaultyClient({ ...this.#options, client: this.#client.withFence(fence) })
  }

  #mayConflict(): void {
    if (!this.#process.random.chance(this.#options.conflicts())) return
    throw apiError('Conflict', 'the object has been modified; please apply your changes to the latest version')
  }
}

/** Events of one watch on their way: in order, perhaps late, perhaps cut off. */
class WatchDelivery<T extends KubeObject> implements ObjectWatcher<T> {
  readonly #process: SimulatedProcess
  readonly #faults: () => WatchFaults
  readonly #watcher: ObjectWatcher<T>
  #source: ObjectWatch | undefined
  #untilDeath: { close(): void } | undefined
  #late: WatchEvent<T>[] | undefined
  #ended = false

  constructor(process: SimulatedProcess, faults: () => WatchFaults, watcher: ObjectWatcher<T>) {
    this.#process = process
    this.#faults = faults
    this.#watcher = watcher
  }

  attach(source: ObjectWatch): ObjectWatch {
    this.#source = source
    if (this.#ended) source.stop()
    else this.#untilDeath = this.#process.onDeath(() => source.stop())
    return { stop: () => this.#stop() }
  }

  onEvent(event: WatchEvent<T>): void {
    if (this.#ended || !this.#process.alive) return
    const { dropped, expired, late, lateMsMax } = this.#faults()
    const { random, clock } = this.#process
    if (random.chance(dropped)) this.#drop(random.chance(expired))
    else if (this.#late !== undefined) {
      this.#late.push(event)
    } else if (random.chance(late)) {
      this.#late = [event]
      clock.setTimer(random.below(lateMsMax + 1), () => this.#deliverLate())
    } else this.#watcher.onEvent(event)
  }

  onEnd(error: Error | undefined): void {
    if (this.#ended || !this.#process.alive) return
    this.#ended = true
    this.#watcher.onEnd(error)
  }

  #deliverLate(): void {
    const events = this.#late ?? []
    this.#late = undefined
    for (const event of events) if (!this.#ended) this.#watcher.onEvent(event)
  }

  #drop(isExpired: boolean): void {
    this.#stop()
    const error = isExpired ? apiError('Expired', 'too old resource version') : new Error('connection reset')
    // A connection never breaks inside the call that delivers an event.
    this.#process.clock.setTimer(0, () => this.#watcher.onEnd(error))
  }

  #stop(): void {
    this.#ended = true
    this.#untilDeath?.close()
    this.#source?.stop()
  }
}

function describe(kind: Kind, key: { readonly namespace?: string; readonly name?: string }): string {
  return `${kind.plural} ${key.namespace === undefined ? '' : `${key.namespace}/`}${key.name ?? ''}`
}

function suffix(options: WriteOptions | undefined): string {
  return `${options?.subresource ? `/${options.subresource}` : ''}${options?.dryRun ? ' (dry run)' : ''}`
}
