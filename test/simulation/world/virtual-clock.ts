import type { Clock, Timer } from '../../../src/lib/clock.ts'

interface Pending {
  readonly atMs: number
  /** Ties are called in the order they were set. */
  readonly order: number
  readonly callback: () => void
}

/**
 * Time that stands still until it is moved. `advance` runs one timer at a time and lets everything that follows from it
 * settle, so a run depends on nothing but its inputs.
 */
export class VirtualClock implements Clock {
  /** 2030-01-01T00:00:00Z: certificates and time stamps look like real ones. */
  #wallOffsetMs = 1_893_456_000_000
  #elapsedMs = 0
  #order = 0
  #pending: Pending[] = []

  now(): number {
    return this.#wallOffsetMs + this.#elapsedMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const pending = { atMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, callback }
    this.#insert(pending)
    return { cancel: () => this.#remove(pending) }
  }

  /** The wall clock jumps; waiting is not touched. */
  jump(byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  /** When the next timer is due, in milliseconds since the start; undefined when nothing waits. */
  get nextAtMs(): number | undefined {
    return this.#pending[0]?.atMs
  }

  /** Moves to the next timer and calls it. False when nothing waits. */
  fireNext(): boolean {
    const next = this.#pending.shift()
    if (next === undefined) return false
    this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs)
    next.callback()
    return true
  }

  #insert(pending: Pending): void {
    let low = 0
    let high = this.#pending.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.#pending[middle]!, pending)) low = middle + 1
      else high = middle
    }
    this.#pending.splice(low, 0, pending)
  }

  #remove(pending: Pending): void {
    const at = this.#pending.indexOf(pending)
    if (at >= 0) this.#pending.splice(at, 1)
  }
}

function isBefore(a: Pending, b: Pending): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

/** Lets every promise that can settle do so: nothing under simulation waits for anything but promises and the clock. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
