import type { Clock } from '../lib/clock.ts'

/** Long work gives way after this long, well below what a request may stall the others. */
const TURN_MS = 8
/** A part of history read in one go. */
export const CHUNK_OBJECTS = 200
/** How often a loop over objects looks at the clock: a first look at one parses it, some 20 microseconds. */
const LOOK_EVERY = 32

/** Takes turns with everything else on the event loop. On a virtual clock a turn never ends. */
export class Turns {
  readonly #clock: Clock
  #endMs: number
  #steps = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#endMs = clock.monotonic() + TURN_MS
  }

  /** Call once per object. True when it is time to give way. */
  isOver(): boolean {
    this.#steps += 1
    return this.#steps % LOOK_EVERY === 0 && this.#clock.monotonic() >= this.#endMs
  }

  /** Resolves when it is our turn again. */
  next(): Promise<void> {
    return new Promise(resolve =>
      this.#clock.setTimer(0, () => {
        this.#endMs = this.#clock.monotonic() + TURN_MS
        resolve()
      }),
    )
  }
}
