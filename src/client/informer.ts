import { isApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type { BackoffLimits } from '../lib/backoff.ts'
import { backoffDelayMs } from '../lib/backoff.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Client, ObjectWatch, Selection, WatchEvent } from './client.ts'
import { formatObjectKey, objectKeyOf } from './object-key.ts'

export interface InformerOptions<T extends KubeObject> {
  readonly client: Client
  readonly kind: Kind<T>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** What of the kind to hold; everything when left out. */
  readonly selection?: Selection
  /** Every so often each object is shown to the listeners again; never when left out. */
  readonly resyncMs?: number
}

export interface InformerChange<T extends KubeObject> {
  /** SYNC: unchanged, shown again. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNC'
  /** For DELETED the last state known. */
  readonly object: DeepReadonly<T>
  /** For MODIFIED and DELETED: what was held before. */
  readonly previous?: DeepReadonly<T>
}

const RETRY: BackoffLimits = { initialMs: 100, maxMs: 30_000 }
/** A watch that lived this long was healthy: the next failure starts with the shortest delay. */
const HEALTHY_WATCH_MS = 10_000
const PAGE_SIZE = 1_000
/** Pages of one list before it is started over; 10 million objects. */
const PAGES_MAX = 10_000

/**
 * A local, always-current copy of a kind: lists once, then watches; after 410 Expired lists again. Listeners are called
 * synchronously and in the server's order; changes missed between two lists come as one change each. Works on every
 * Client. Never gives up: each failure is retried, with growing delays up to 30 seconds.
 */
export class Informer<T extends KubeObject> {
  readonly #options: InformerOptions<T>
  readonly #objects = new Map<string, DeepReadonly<T>>()
  readonly #listeners = new Set<(change: InformerChange<T>) => void>()
  #syncWaiters: (() => void)[] = []
  #hasSynced = false
  #started = false
  #stopped = false
  #attempt = 0
  #resourceVersion: string | undefined
  #watch: ObjectWatch | undefined
  /** What the timer will do. */
  #waiting: (() => void) | undefined
  #timer: Timer | undefined
  #resyncTimer: Timer | undefined

  constructor(options: InformerOptions<T>) {
    this.#options = options
  }

  /** Begins, once; add listeners before. */
  start(): void {
    if (this.#started) return
    this.#started = true
    void this.#list()
    this.#scheduleResync()
  }

  /** No listener is called after it. */
  stop(): void {
    this.#stopped = true
    this.#watch?.stop()
    this.#timer?.cancel()
    this.#resyncTimer?.cancel()
    this.#releaseWaiters()
  }

  /** True once the first list is complete and its listeners were called. */
  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** Resolves once `hasSynced`, or when stopped. */
  synced(): Promise<void> {
    if (this.#hasSynced || this.#stopped) return Promise.resolve()
    return new Promise(resolve => this.#syncWaiters.push(resolve))
  }

  get(key: ObjectKey): DeepReadonly<T> | undefined {
    return this.#objects.get(formatObjectKey(key))
  }

  /** What is held now, in no particular but a repeatable order. */
  list(): DeepReadonly<T>[] {
    return [...this.#objects.values()]
  }

  get size(): number {
    return this.#objects.size
  }

  /** Called for each change, and at once with ADDED for everything held already. */
  onChange(listener: (change: InformerChange<T>) => void): { close(): void } {
    this.#listeners.add(listener)
    for (const object of this.#objects.values()) listener({ type: 'ADDED', object })
    return { close: () => this.#listeners.delete(listener) }
  }

  async #list(): Promise<void> {
    try {
      const { items, resourceVersion } = await this.#listAll()
      if (this.#stopped) return
      this.#replace(items)
      this.#resourceVersion = resourceVersion
      this.#hasSynced = true
      this.#releaseWaiters()
      this.#startWatch()
    } catch (error) {
      if (this.#stopped) return
      this.#options.log.log('warn', 'list failed, trying again', {
        kind: this.#options.kind.kind,
        error: String(error),
      })
      this.#again(() => void this.#list())
    }
  }

  async #listAll(): Promise<{ items: DeepReadonly<T>[]; resourceVersion: string }> {
    const { client, kind, selection } = this.#options
    const items: DeepReadonly<T>[] = []
    let next: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const list = await client.list(kind, { ...selection, limit: PAGE_SIZE, ...(next && { continue: next }) })
      for (const item of list.items) items.push(item)
      next = list.continue
      if (!next) return { items, resourceVersion: list.resourceVersion }
    }
    throw new Error(`a list of ${kind.plural} has more than ${PAGES_MAX} pages`)
  }

  /** Brings the copy to what was listed, telling only of differences. */
  #replace(items: readonly DeepReadonly<T>[]): void {
    const gone = new Map(this.#objects)
    for (const item of items) {
      gone.delete(formatObjectKey(objectKeyOf(item)))
      this.#set(item)
    }
    for (const object of gone.values()) this.#delete(object)
  }

  #startWatch(): void {
    const { client, kind, selection, clock } = this.#options
    const startedMs = clock.monotonic()
    this.#watch = client.watch(
      kind,
      { ...selection, ...(this.#resourceVersion && { resourceVersion: this.#resourceVersion }), allowBookmarks: true },
      {
        onEvent: event => this.#onEvent(event),
        onEnd: error => {
          if (this.#stopped) return
          this.#watch = undefined
          if (clock.monotonic() - startedMs >= HEALTHY_WATCH_MS) this.#attempt = 0
          this.#onWatchEnd(error)
        },
      },
    )
  }

  #onEvent(event: WatchEvent<T>): void {
    if (this.#stopped) return
    if (event.type === 'BOOKMARK') {
      this.#resourceVersion = event.resourceVersion
      return
    }
    if (event.type === 'DELETED') this.#delete(event.object)
    else this.#set(event.object)
    this.#resourceVersion = event.object.metadata.resourceVersion
  }

  #onWatchEnd(error: Error | undefined): void {
    const { log, kind } = this.#options
    if (error !== undefined) log.log('debug', 'watch ended, trying again', { kind: kind.kind, error: String(error) })
    const listAgain = error !== undefined && isGone(error)
    this.#again(() => (listAgain ? void this.#list() : this.#startWatch()))
  }

  /** Somebody knows that the server answers again: what waits to be tried is tried at once. */
  tryNow(): void {
    const action = this.#waiting
    if (action === undefined || this.#stopped) return
    this.#timer?.cancel()
    this.#attempt = 0
    action()
  }

  #again(action: () => void): void {
    const { clock, random } = this.#options
    this.#waiting = () => {
      this.#waiting = undefined
      action()
    }
    this.#timer = clock.setTimer(backoffDelayMs(RETRY, this.#attempt++, random), this.#waiting)
  }

  #set(object: DeepReadonly<T>): void {
    const key = formatObjectKey(objectKeyOf(object))
    const previous = this.#objects.get(key)
    if (previous !== undefined && previous.metadata.resourceVersion === object.metadata.resourceVersion) return
    // Deleted and created again between two lists: listeners must see the old one go.
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) this.#delete(previous)
    const replaced = this.#objects.get(key)
    this.#objects.set(key, object)
    this.#tell(replaced === undefined ? { type: 'ADDED', object } : { type: 'MODIFIED', object, previous: replaced })
  }

  #delete(object: DeepReadonly<T>): void {
    const key = formatObjectKey(objectKeyOf(object))
    const previous = this.#objects.get(key)
    if (previous === undefined) return
    this.#objects.delete(key)
    this.#tell({ type: 'DELETED', object, previous })
  }

  #tell(change: InformerChange<T>): void {
    for (const listener of this.#listeners) listener(change)
  }

  #scheduleResync(): void {
    const { resyncMs, clock } = this.#options
    if (resyncMs === undefined || this.#stopped) return
    this.#resyncTimer = clock.setTimer(resyncMs, () => {
      for (const object of this.list()) this.#tell({ type: 'SYNC', object })
      this.#scheduleResync()
    })
  }

  #releaseWaiters(): void {
    const waiters = this.#syncWaiters
    this.#syncWaiters = []
    for (const waiter of waiters) waiter()
  }
}

function isGone(error: Error): boolean {
  return isApiError(error) && error.code === 410
}
