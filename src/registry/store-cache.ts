import type { Kind } from '../api/kind.ts'
import { type BackoffLimits, backoffDelayMs } from '../lib/backoff.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { messageOf } from '../lib/message-of.ts'
import type { Random } from '../lib/random.ts'
import { type KeyValue, type Store, StoreError, type StoreEvent, type StoreWatch } from '../store/store.ts'
import type { Envelopes } from './envelope.ts'
import { KeptObject } from './kept-object.ts'
import { KeyValues } from './key-values.ts'
import { KindCache } from './kind-cache.ts'
import { CLAIM_PREFIX, FENCE_PREFIX, kindPrefixOf, objectKeyOf, STORE_PREFIX, storePrefix } from './store-key.ts'

const RANGE_LIMIT = 500
const REOPEN: BackoffLimits = { initialMs: 10, maxMs: 5_000 }

export interface StoreCacheOptions {
  readonly store: Store
  readonly envelopes: Envelopes
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/**
 * Everything one Store holds, in memory, fed by one watch of it: a KindCache per kind, the claims and the fences. It
 * is at `revision`; changes are applied synchronously, all of one revision before anybody hears of it.
 */
export class StoreCache {
  readonly store: Store
  readonly claims = new KeyValues(CLAIM_PREFIX)
  readonly fences = new KeyValues(FENCE_PREFIX)
  /** Store keys whose value cannot be read, with the reason. */
  readonly damaged = new Map<string, string>()
  readonly #options: StoreCacheOptions
  readonly #kinds = new Map<string, KindCache>()
  /** By prefix, the kinds that are being filled at run time: keys that have changed meanwhile. */
  readonly #filling = new Map<string, Set<string>>()
  readonly #waiters = new Set<{ readonly revision: number; readonly resolve: () => void }>()
  #revision = 0
  #watch: StoreWatch | undefined
  #reopening: Timer | undefined
  #attempt = 0
  #closed = false

  static async open(options: StoreCacheOptions, kinds: readonly Kind[]): Promise<StoreCache> {
    const cache = new StoreCache(options)
    await cache.#fill(kinds)
    cache.#openWatch()
    return cache
  }

  private constructor(options: StoreCacheOptions) {
    this.store = options.store
    this.#options = options
  }

  /** Everything up to here is in memory. */
  get revision(): number {
    return this.#revision
  }

  kind(kind: Kind): KindCache | undefined {
    const prefix = storePrefix(kind)
    return this.#filling.has(prefix) ? undefined : this.#kinds.get(prefix)
  }

  /** Starts to hold a kind that was added at run time. */
  async addKind(kind: Kind): Promise<void> {
    if (this.#kinds.has(storePrefix(kind))) return
    const prefix = storePrefix(kind)
    const added = new KindCache(kind, this.#revision)
    this.#kinds.set(prefix, added)
    // What changes while this reads arrives as an event as well, and the event is the newer one.
    const changed = new Set<string>()
    this.#filling.set(prefix, changed)
    for await (const { kv } of this.#read(prefix)) if (!changed.has(kv.key)) this.#fillObject(added, kv)
    if (this.#kinds.get(prefix) !== added) return
    this.#filling.delete(prefix)
    added.window.reset(this.#revision)
  }

  removeKind(kind: Kind): void {
    const prefix = storePrefix(kind)
    this.#kinds.get(prefix)?.end()
    this.#kinds.delete(prefix)
    this.#filling.delete(prefix)
  }

  /** Resolves once the cache is at `revision` or later; true, or false when that takes longer than `timeoutMs`. */
  reach(revision: number, timeoutMs?: number): Promise<boolean> {
    if (this.#revision >= revision) return Promise.resolve(true)
    return new Promise(resolve => {
      const timer =
        timeoutMs === undefined ? undefined : this.#options.clock.setTimer(timeoutMs, () => finish(waiter, false))
      const waiter = { revision, resolve: () => finish(waiter, true) }
      const finish = (ended: typeof waiter, reached: boolean) => {
        this.#waiters.delete(ended)
        timer?.cancel()
        resolve(reached)
      }
      this.#waiters.add(waiter)
    })
  }

  close(): void {
    this.#closed = true
    this.#watch?.cancel()
    this.#reopening?.cancel()
    for (const waiter of this.#waiters) waiter.resolve()
  }

  async #fill(kinds: readonly Kind[]): Promise<void> {
    const all: KeyValue[] = []
    for await (const { kv, revision } of this.#read(STORE_PREFIX)) {
      all.push(kv)
      this.#revision = revision
    }
    if (all.length === 0) this.#revision = this.store.revision
    for (const kind of kinds) this.#kinds.set(storePrefix(kind), new KindCache(kind, this.#revision))
    for (const kv of all) this.#fillKey(kv)
  }

  #fillKey(kv: KeyValue): void {
    const small = this.#keyValuesOf(kv.key)
    const kind = this.#kinds.get(kindPrefixOf(kv.key) ?? '')
    if (small !== undefined) small.fill(kv)
    else if (kind !== undefined) this.#fillObject(kind, kv)
  }

  #keyValuesOf(key: string): KeyValues | undefined {
    if (key.startsWith(CLAIM_PREFIX)) return this.claims
    return key.startsWith(FENCE_PREFIX) ? this.fences : undefined
  }

  #fillObject(kind: KindCache, kv: KeyValue): void {
    const object = this.#keep(kind, kv.key, kv.modRevision, kv.value)
    if (object !== undefined) kind.fill(object)
  }

  /** All keys under a prefix as of one revision, a page at a time. */
  async *#read(prefix: string): AsyncGenerator<{ kv: KeyValue; revision: number }> {
    let page = await this.store.range(prefix, { limit: RANGE_LIMIT })
    const { revision } = page
    for (;;) {
      for (const kv of page.kvs) yield { kv, revision }
      const last = page.kvs.at(-1)
      if (!page.more || last === undefined) return
      page = await this.store.range(prefix, { limit: RANGE_LIMIT, after: last.key, revision })
    }
  }

  #openWatch(): void {
    this.#watch = this.store.watch(STORE_PREFIX, this.#revision + 1, {
      onEvents: (revision, events) => this.#apply(revision, events),
      onEnd: error => this.#onEnd(error),
    })
  }

  #apply(revision: number, events: readonly StoreEvent[]): void {
    this.#attempt = 0
    this.#revision = revision
    for (const event of events) this.#applyEvent(event)
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve()
  }

  #applyEvent(event: StoreEvent): void {
    this.#keyValuesOf(event.key)?.apply(event)
    const kind = this.#kinds.get(kindPrefixOf(event.key) ?? '')
    if (kind === undefined) return
    this.#filling.get(storePrefix(kind.kind))?.add(event.key)
    this.damaged.delete(event.key)
    const current = event.value && this.#keep(kind, event.key, event.modRevision, event.value)
    // Unreadable is not absent: nobody is told of a deletion, and reads fail until it is replaced or deleted.
    if (event.value === undefined || current !== undefined) kind.apply(event.key, event.revision, current)
  }

  #keep(kind: KindCache, key: string, revision: number, value: Uint8Array): KeptObject | undefined {
    try {
      const body = this.#options.envelopes.unwrap(key, value)
      return new KeptObject(kind.kind, objectKeyOf(kind.kind, key), revision, body)
    } catch (error) {
      const why = messageOf(error)
      this.damaged.set(key, why)
      this.#options.log.log('error', 'a stored value is damaged', { key, why })
      return undefined
    }
  }

  /** The connection was lost, or we were away so long that what we missed is compacted: then everything is read anew. */
  #onEnd(error: StoreError): void {
    if (this.#closed || error.code === 'closed') return
    this.#options.log.log('warn', 'the watch of the store ended; opening it again', { why: error.message })
    const delay = backoffDelayMs(REOPEN, this.#attempt++, this.#options.random)
    this.#reopening = this.#options.clock.setTimer(delay, () => void this.#reopen(error.code === 'compacted'))
  }

  async #reopen(missedSome: boolean): Promise<void> {
    try {
      if (missedSome) await this.#catchUp()
      if (!this.#closed) this.#openWatch()
    } catch (error) {
      if (!this.#closed) this.#onEnd(error instanceof StoreError ? error : new StoreError('unavailable', String(error)))
    }
  }

  /**
   * Reads everything and applies the differences as if they had all happened at the revision of that reading. Who
   * watches a kind that differs lists again: between two changes of one revision nobody could resume.
   */
  async #catchUp(): Promise<void> {
    const found = new Map<string, KeyValue>()
    let at = this.#revision
    for await (const { kv, revision } of this.#read(STORE_PREFIX)) {
      found.set(kv.key, kv)
      at = revision
    }
    const events = [...this.#goneEvents(found, at), ...this.#changedEvents(found)]
    for (const prefix of new Set(events.map(event => kindPrefixOf(event.key) ?? ''))) this.#kinds.get(prefix)?.end()
    this.#apply(
      at,
      events.sort((a, b) => a.revision - b.revision),
    )
    for (const kind of this.#kinds.values()) kind.window.reset(at)
  }

  *#goneEvents(found: ReadonlyMap<string, KeyValue>, revision: number): Generator<StoreEvent> {
    const keys = [...this.claims.keys(), ...this.fences.keys(), ...[...this.#kinds.values()].flatMap(k => k.keys())]
    for (const key of keys) {
      if (found.has(key)) continue
      yield {
        type: 'delete',
        revision,
        key,
        modRevision: revision,
        createRevision: 0,
        value: undefined,
        previous: undefined,
      }
    }
  }

  *#changedEvents(found: ReadonlyMap<string, KeyValue>): Generator<StoreEvent> {
    for (const kv of found.values()) {
      if (kv.modRevision > this.#revision) yield { type: 'put', revision: kv.modRevision, ...kv, previous: undefined }
    }
  }
}
