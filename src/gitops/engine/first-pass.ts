import type { Clock, Timer } from '../../lib/clock.ts'

/** However long applications wait for one another, garbage collection is not kept from its work longer. */
const FIRST_PASS_MAX_MS = 120_000

/** Knows when every application has been looked at once since the start. */
export class FirstPass {
  readonly done: Promise<void>
  readonly #clock: Clock
  #resolve!: () => void
  #open: Set<string> | undefined
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.done = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  begin(names: Iterable<string>) {
    if (this.#open !== undefined) return
    this.#open = new Set(names)
    if (this.#open.size === 0) return this.#finish()
    this.#timer = this.#clock.setTimer(FIRST_PASS_MAX_MS, () => this.#finish())
  }

  settled(name: string): void {
    if (this.#open?.delete(name) && this.#open.size === 0) this.#finish()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #finish(): void {
    this.#timer?.cancel()
    this.#resolve()
  }
}
