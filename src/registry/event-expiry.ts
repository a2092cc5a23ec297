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
/** Beyond this many, or this many bytes, the oldest go first. */
const EVENTS_MAX = 20_000
const EVENTS_BYTES_MAX = 64 * 1024 * 1024
const SWEEP_INTERVAL_MS = 60_000
const DELETES_PER_TXN = 100

interface Written {
  readonly atMs: number
  readonly bytes: number
}

/**
 * Deletes events that are old or too many. They are kept in order of their writes with the time each was seen, so that
 * a sweep looks at nothing but what goes. After a restart the order and the age come from the objects themselves.
 */
export class EventExpiry {
  readonly #cache: StoreCache
  readonly #kinds: readonly KindCache[]
  readonly #clock: Clock
  readonly #log: Logger
  /** By store key; the one that was written the longest time ago first. */
  readonly #written = new Map<string, Written>()
  #bytes = 0
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
    for (const { key, object } of found) this.#note(key, object, lastSeen(object) ?? this.#clock.now())
  }

  #hear(kind: Kind, { current, previous }: KindEvent): void {
    const { key } = (current ?? previous)!
    this.#note(storeKey(kind, key), current, this.#clock.now())
    if (this.#isTooMuch(this.#written.size, this.#bytes)) void this.#sweep()
  }

  #note(key: string, object: KeptObject | undefined, atMs: number): void {
    this.#forget(key)
    if (object === undefined) return
    const bytes = object.body.byteLength
    this.#written.set(key, { atMs, bytes })
    this.#bytes += bytes
    this.#schedule()
  }

  #forget(key: string): void {
    this.#bytes -= this.#written.get(key)?.bytes ?? 0
    this.#written.delete(key)
  }

  #isTooMuch(count: number, bytes: number): boolean {
    return count > EVENTS_MAX || bytes > EVENTS_BYTES_MAX
  }

  /** No timer while there are no events. */
  #schedule(): void {
    if (this.#timer !== undefined || this.#closed || this.#written.size === 0) return
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
        for (const key of due) this.#forget(key)
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
    let [count, left] = [this.#written.size, this.#bytes]
    for (const [key, { atMs, bytes }] of this.#written) {
      const stays = atMs > before && !this.#isTooMuch(count, left)
      if (stays || due.length === DELETES_PER_TXN) break
      due.push(key)
      count -= 1
      left -= bytes
    }
    return due
  }
}

function lastSeen(event: KeptObject): number | undefined {
  const { metadata, ...times } = event.object()
  const { lastTimestamp, eventTime } = times as { lastTimestamp?: string; eventTime?: string }
  return parseTime(lastTimestamp) ?? parseTime(eventTime) ?? parseTime(metadata.creationTimestamp)
}
