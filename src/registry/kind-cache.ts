import type { Kind } from '../api/kind.ts'
import type { ObjectKey } from '../api/object.ts'
import { SortedKeys } from '../store/key-order.ts'
import type { KeptObject } from './kept-object.ts'
import { storeKey, storePrefix } from './store-key.ts'
import { type KindEvent, WatchWindow } from './watch-window.ts'

export interface KindListener {
  onEvent(event: KindEvent): void
  /** The kind is not served any more, or in another form. */
  onEnd(): void
}

/** Everything of one kind in memory, in key order, with a window of its newest events. */
export class KindCache {
  readonly kind: Kind
  readonly window: WatchWindow
  readonly #objects = new Map<string, KeptObject>()
  readonly #keys = new SortedKeys()
  readonly #listeners = new Set<KindListener>()
  /** The newest revision at which something of this kind changed, as far as known. */
  changedAt: number

  constructor(kind: Kind, revision: number) {
    this.kind = kind
    this.window = new WatchWindow(revision)
    this.changedAt = revision
  }

  get size(): number {
    return this.#objects.size
  }

  /** Store keys, in no particular order. */
  keys(): readonly string[] {
    return [...this.#objects.keys()]
  }

  get(key: ObjectKey): KeptObject | undefined {
    return this.#objects.get(storeKey(this.kind, key))
  }

  /** In key order; only those after `after`, a store key, when given. Not to be iterated across an await. */
  *inOrder(namespace: string | undefined, after?: string): Generator<KeptObject> {
    const prefix = storePrefix(this.kind, namespace)
    for (const key of this.#keys.from(after ?? prefix)) {
      if (key === after) continue
      if (!key.startsWith(prefix)) return
      const object = this.#objects.get(key)
      if (object !== undefined) yield object
    }
  }

  /** How many there are after `after`, a store key. */
  countAfter(namespace: string | undefined, after: string): number {
    const prefix = storePrefix(this.kind, namespace)
    let count = 0
    for (const key of this.#keys.from(after)) {
      if (!key.startsWith(prefix)) break
      if (key !== after) count += 1
    }
    return count
  }

  /** While filling: no event. */
  fill(object: KeptObject): void {
    this.#set(storeKey(this.kind, object.key), object)
  }

  apply(storeKeyOfObject: string, revision: number, current: KeptObject | undefined): void {
    const previous = this.#objects.get(storeKeyOfObject)
    if (current === undefined && previous === undefined) return
    // A kind that was read at run time may be ahead of the watch: what it knows already is not news.
    if (previous !== undefined && previous.revision >= revision) return
    this.#set(storeKeyOfObject, current)
    this.changedAt = revision
    const event = { revision, current, previous }
    this.window.add(event)
    for (const listener of this.#listeners) listener.onEvent(event)
  }

  /** Replaces an object's content in memory only, at its revision; no event. For renewals of a lease. */
  refresh(object: KeptObject): void {
    const key = storeKey(this.kind, object.key)
    if (this.#objects.get(key)?.revision === object.revision) this.#objects.set(key, object)
  }

  listen(listener: KindListener): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => this.#listeners.delete(listener) }
  }

  /** Nothing more will be heard of it. */
  end(): void {
    for (const listener of this.#listeners) listener.onEnd()
    this.#listeners.clear()
  }

  #set(key: string, object: KeptObject | undefined): void {
    if (object === undefined) {
      this.#objects.delete(key)
      this.#keys.delete(key)
      return
    }
    this.#objects.set(key, object)
    this.#keys.add(key)
  }
}
