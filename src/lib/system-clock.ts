import type { Clock } from './clock.ts'

/** The machine's own clock. One of the few adapters that may touch `Date`, `performance` and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), 2 ** 31 - 1))
    return { cancel: () => clearTimeout(timer) }
  },
}
