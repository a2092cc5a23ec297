/**
 * Time as a parameter. Nothing under simulation reads the machine's clock or sets its timers: it is handed a Clock,
 * so that a whole cluster runs on virtual time.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump either way; use it for time stamps only. */
  now(): number
  /** Milliseconds since an arbitrary start. Never decreases; use it to measure and to wait. */
  monotonic(): number
  /** Calls `callback` once, `delayMs` (>= 0) from now, unless cancelled. Never calls it synchronously. */
  setTimer(delayMs: number, callback: () => void): Timer
}

export interface Timer {
  /** After this the callback is not called. Harmless when it was called already. */
  cancel(): void
}

/** Resolves after `delayMs`; rejects with the signal's reason as soon as the signal is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** RFC 3339 in whole seconds, UTC: the `Time` of the Kubernetes API. */
export function formatTime(epochMs: number): string {
  return `${new Date(Math.floor(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
}

/** RFC 3339 in microseconds, UTC: the `MicroTime` of the Kubernetes API. */
export function formatMicroTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 23)}000Z`
}

/** Milliseconds since the epoch of an RFC 3339 text; undefined when it is none. */
export function parseTime(text: string | undefined | null): number | undefined {
  if (!text) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
