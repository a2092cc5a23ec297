import type { Clock } from '../../src/lib/clock.ts'

/** A clock that stands still until `advance`. */
export class ManualClock implements Clock {
  #nowMs = 1_700_000_000_000
  #elapsedMs = 0
  #timers: { dueMs: number; callback: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  setTimer(delayMs: number, callback: () => void) {
    const timer = { dueMs: this.#elapsedMs + delayMs, callback }
    this.#timers.push(timer)
    return { cancel: () => this.#remove(timer) }
  }

  get waiting(): number {
    return this.#timers.length
  }

  /** Runs what falls due, in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms
    for (;;) {
      const [next] = this.#timers.filter(timer => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)
      if (next === undefined) break
      this.#step(next.dueMs - this.#elapsedMs)
      this.#remove(next)
      next.callback()
      await settle()
    }
    this.#step(endMs - this.#elapsedMs)
    await settle()
  }

  /** Moves on until `observe` gives something other than undefined or false; undefined after `stepsMax` steps. */
  async until<T>(observe: () => Promise<T | undefined | false>, stepsMax: number, stepMs = 50): Promise<T | undefined> {
    for (let step = 0; step < stepsMax; step++) {
      await settle()
      const seen = await observe()
      if (seen !== undefined && seen !== false) return seen
      await this.advance(stepMs)
    }
    return undefined
  }

  #step(ms: number): void {
    this.#elapsedMs += ms
    this.#nowMs += ms
  }

  #remove(timer: { dueMs: number; callback: () => void }): void {
    this.#timers = this.#timers.filter(each => each !== timer)
  }
}

/** Lets everything that waits on settled promises run. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Always the same bytes: no jitter to speak of. */
export const zeroRandom = { bytes: (count: number) => new Uint8Array(count) }
