import type { BackoffLimits } from '../lib/backoff.ts'
import { backoffDelayMs } from '../lib/backoff.ts'
import { BoundedQueue } from '../lib/bounded-queue.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { invariant } from '../lib/invariant.ts'
import type { Random } from '../lib/random.ts'

export interface WorkQueueOptions {
  readonly clock: Clock
  readonly random: Random
  /** Delays between tries of one key; 5 ms growing to 5 minutes when left out. */
  readonly backoff?: BackoffLimits
  /** Distinct keys held at once, waiting and in work; `WORK_QUEUE_KEYS_MAX` when left out. */
  readonly keysMax?: number
}

const WORK_QUEUE_KEYS_MAX = 200_000
const DEFAULT_BACKOFF: BackoffLimits = { initialMs: 5, maxMs: 300_000 }

/** How much a queue holds and has done; for metrics. */
export interface WorkQueueCounts {
  /** Ready to be taken. */
  readonly ready: number
  /** Taken and not done. */
  readonly working: number
  /** Waiting for their time. */
  readonly delayed: number
  readonly added: number
  readonly retried: number
  /** Keys refused because the queue was full. */
  readonly refused: number
}

/**
 * The one work queue of every loop: keys, not events, so that a thousand changes of one object are one piece of work.
 *
 * - A key waits at most once. Added while it is in work, it is taken again after `done`: the same key is never in work
 *   twice at the same time, and no change is missed.
 * - `retry` waits longer each time, per key; `forget` starts over.
 * - Holds at most `keysMax` keys. A refused key is not lost to a level-triggered loop as long as its owner lists
 *   everything again: `add` returns false then.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #random: Random
  readonly #backoff: BackoffLimits
  readonly #keysMax: number
  readonly #ready: BoundedQueue<string>
  /** Keys with unseen changes: in `#ready`, or in work and to be taken once more. */
  readonly #dirty = new Set<string>()
  readonly #working = new Set<string>()
  readonly #delayed = new Map<string, { readonly timer: Timer; readonly dueMs: number }>()
  readonly #attempts = new Map<string, number>()
  #takers: ((key: string | undefined) => void)[] = []
  #closed = false
  #added = 0
  #retried = 0
  #refused = 0

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock
    this.#random = options.random
    this.#backoff = options.backoff ?? DEFAULT_BACKOFF
    this.#keysMax = options.keysMax ?? WORK_QUEUE_KEYS_MAX
    this.#ready = new BoundedQueue(this.#keysMax)
  }

  /** False when the queue is full or closed: list everything again later. */
  add(key: string): boolean {
    if (this.#closed) return false
    if (this.#dirty.has(key)) return true
    if (this.#dirty.size >= this.#keysMax) {
      this.#refused += 1
      return false
    }
    this.#added += 1
    this.#dirty.add(key)
    if (!this.#working.has(key)) this.#makeReady(key)
    return true
  }

  /** Adds the key in `delayMs`. Of several delays of one key the earliest counts. */
  addAfter(key: string, delayMs: number): boolean {
    if (this.#closed) return false
    if (delayMs <= 0) return this.add(key)
    const dueMs = this.#clock.monotonic() + delayMs
    const waiting = this.#delayed.get(key)
    if (waiting !== undefined && waiting.dueMs <= dueMs) return true
    if (waiting === undefined && this.#delayed.size >= this.#keysMax) {
      this.#refused += 1
      return false
    }
    waiting?.timer.cancel()
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#delayed.delete(key)
      this.add(key)
    })
    this.#delayed.set(key, { timer, dueMs })
    return true
  }

  /** Adds the key at `atMs` on the wall clock (ms since the epoch). */
  addAt(key: string, atMs: number): boolean {
    return this.addAfter(key, atMs - this.#clock.now())
  }

  /** Adds a key that failed after its own, growing delay, which it returns. */
  retry(key: string): number {
    const attempt = this.#attempts.get(key) ?? 0
    const delayMs = backoffDelayMs(this.#backoff, attempt, this.#random)
    if (attempt > 0 || this.#attempts.size < this.#keysMax) this.#attempts.set(key, attempt + 1)
    this.#retried += 1
    this.addAfter(key, delayMs)
    return delayMs
  }

  /** Tries since the last `forget`. */
  attempts(key: string): number {
    return this.#attempts.get(key) ?? 0
  }

  /** The key went well, or is given up: its next failure waits the shortest time again. */
  forget(key: string): void {
    this.#attempts.delete(key)
  }

  /** The next key; waits for one. Undefined once closed. Call `done` with it, whatever came of it. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const key = this.#ready.shift()
    if (key === undefined) return new Promise(resolve => this.#takers.push(resolve))
    this.#begin(key)
    return Promise.resolve(key)
  }

  done(key: string): void {
    this.#working.delete(key)
    if (this.#dirty.has(key) && !this.#closed) this.#makeReady(key)
  }

  counts(): WorkQueueCounts {
    return {
      ready: this.#ready.length,
      working: this.#working.size,
      delayed: this.#delayed.size,
      added: this.#added,
      retried: this.#retried,
      refused: this.#refused,
    }
  }

  /** Nothing is given out any more; waiting takers get undefined. */
  close(): void {
    this.#closed = true
    for (const { timer } of this.#delayed.values()) timer.cancel()
    this.#delayed.clear()
    this.#ready.drain()
    this.#dirty.clear()
    const takers = this.#takers
    this.#takers = []
    for (const taker of takers) taker(undefined)
  }

  #makeReady(key: string): void {
    const taker = this.#takers.shift()
    if (taker !== undefined) {
      this.#begin(key)
      taker(key)
      return
    }
    invariant(this.#ready.push(key), 'a work queue holds more keys than it admitted')
  }

  #begin(key: string): void {
    this.#dirty.delete(key)
    this.#working.add(key)
  }
}
