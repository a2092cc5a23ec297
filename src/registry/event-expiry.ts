import type { Kind } from '../api/kind.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { parseTime } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Operation } from '../store/store.ts'
import type { KeptObject } from './kept-object.ts'
import type { KindCache } from './kind-cache.ts'
import type { StoreCache } from './store-cache.ts'
import { storeKey } from './store-key.ts'
import type { KindEvent } from './watch-window.ts'

/** Events (the kind) live this long after they were last written. */
const EVENT_LIFETIME_MS = 60 * 60 * 1000
/** Beyond this many the oldest go first. */
const EVENTS_MAX = 20_000
const SWEEP_INTERVAL_MS = 60_000
const DELETES_PER_TXN = 100

/**
 * Deletes events that are old or too many. They are kept in order of their writes with the time each was seen, so that
 * a sweep looks at nothing but what goes. After a restart the order and the age come from the objects themselves.
 */
export class EventExpiry {
  readonly #cache: StoreCache
  readonly #kinds: readonly KindCache[]
  readonly #clock: Clock
  readonly #log: Logger
  /** Store key -> when it was last written; oldest first. */
  readonly #writtenAt = new Map<string, number>()
  readonly #listening: readonly { close(): void }[]
  #timer: Timer | undefined
  #sweeping = false
  #closed = false

  constructor(cache: StoreCache, kinds: readonly Kind[], clock: Clock, log: Logger) {
    this.#cache = cache
    this.#clock = clock
    this.#log = log
    this.#kinds = kinds.flatMap(kind => cache.kind(kind) ?? [])
    this.#fill()
    this.#listening = this.#kinds.map(kind =>
      kind.listen({ onEvent: event => this.#hear(kind.kind, event), onEnd: () => {} }),
    )
    this.#schedule()
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    for (const each of this.#listening) each.close()
  }

  #fill(): void {
    const found: { readonly key: string; readonly object: KeptObject }[] = []
    for (const kind of this.#kinds) {
      for (const object of kind.inOrder(undefined)) found.push({ key: storeKey(kind.kind, object.key), object })
    }
    found.sort((a, b) => a.object.revision - b.object.revision)
    for (const { key, object } of found) this.#note(key, lastSeen(object) ?? this.#clock.now())
  }

  #hear(kind: Kind, { current, previous }: KindEvent): void {
    const object = current ?? previous
    if (object !== undefined) this.#note(storeKey(kind, object.key), current && this.#clock.now())
    if (this.#writtenAt.size > EVENTS_MAX) void this.#sweep()
  }

  #note(key: string, atMs: number | undefined): void {
    this.#writtenAt.delete(key)
    if (atMs === undefined) return
    this.#writtenAt.set(key, atMs)
    this.#schedule()
  }

  /** No timer while there are no events. */
  #schedule(): void {
    if (this.#timer !== undefined || this.#closed || this.#writtenAt.size === 0) return
    this.#timer = this.#clock.setTimer(SWEEP_INTERVAL_MS, () => {
      this.#timer = undefined
      void this.#sweep().finally(() => this.#schedule())
    })
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return
    this.#sweeping = true
    try {
      for (let due = this.#due(); due.length > 0 && !this.#closed; due = this.#due()) {
        const operations: Operation[] = due.map(key => ({ type: 'delete', key }))
        const { revision } = await this.#cache.store.txn({ compares: [], operations })
        await this.#cache.reach(revision)
        for (const key of due) this.#writtenAt.delete(key)
      }
    } catch (error) {
      if (!this.#closed)
        this.#log.log('warn', 'expired events could not be deleted; trying again later', { error: String(error) })
    } finally {
      this.#sweeping = false
    }
  }

  #due(): string[] {
    const before = this.#clock.now() - EVENT_LIFETIME_MS
    const due: string[] = []
    let excess = this.#writtenAt.size - EVENTS_MAX
    for (const [key, atMs] of this.#writtenAt) {
      if ((atMs > before && excess-- <= 0) || due.length === DELETES_PER_TXN) break
      due.push(key)
    }
    return due
  }
}

function lastSeen(event: KeptObject): number | undefined {
  const { metadata, ...times } = event.object()
  const { lastTimestamp, eventTime } = times as { lastTimestamp?: string; eventTime?: string }
  return parseTime(lastTimestamp) ?? parseTime(eventTime) ?? parseTime(metadata.creationTimestamp)
}
