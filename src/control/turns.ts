import type { Clock } from '../lib/clock.ts'

/** Loops give way after this long: requests wait meanwhile. */
const TURN_MS = 8

/**
 * Lets everything else on the event loop have its turn: loops that read from memory alone would otherwise run through
 * thousands of keys without a pause. Shared by all loops of a process. On a virtual clock a turn never ends.
 */
export class Turns {
  readonly #clock: Clock
  #startMs: number
  #pause: Promise<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startMs = clock.monotonic()
  }

  /** Call between two pieces of work. Undefined: go on at once. */
  giveWay(): Promise<void> | undefined {
    if (this.#pause === undefined && this.#clock.monotonic() - this.#startMs >= TURN_MS)
      this.#pause = new Promise(resolve =>
        this.#clock.setTimer(0, () => {
          this.#pause = undefined
          this.#startMs = this.#clock.monotonic()
          resolve()
        }),
      )
    return this.#pause
  }
}
