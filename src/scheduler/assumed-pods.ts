import type { Clock, Timer } from '../lib/clock.ts'

/** How long after its bind succeeded a pod may take to be seen on its node. */
const EXPIRY_MS = 30_000

/**
 * Pods that were given a node and are not yet seen there. They count on that node all the same: a scheduler that forgot
 * them would give the same room away twice.
 */
export class AssumedPods {
  readonly #clock: Clock
  readonly #onExpired: (uid: string) => void
  readonly #timers = new Map<string, Timer | undefined>()

  constructor(clock: Clock, onExpired: (uid: string) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  has(uid: string): boolean {
    return this.#timers.has(uid)
  }

  /** Its bind is under way; it does not expire before that has an outcome. */
  add(uid: string): void {
    this.#timers.set(uid, undefined)
  }

  /** Its bind succeeded; does nothing when it was seen already. */
  expireLater(uid: string): void {
    if (!this.#timers.has(uid)) return
    const timer = this.#clock.setTimer(EXPIRY_MS, () => {
      this.#timers.delete(uid)
      this.#onExpired(uid)
    })
    this.#timers.set(uid, timer)
  }

  /** Seen, gone, or not bound after all. False when it was not assumed. */
  delete(uid: string): boolean {
    this.#timers.get(uid)?.cancel()
    return this.#timers.delete(uid)
  }

  clear(): void {
    for (const uid of [...this.#timers.keys()]) this.delete(uid)
  }
}
