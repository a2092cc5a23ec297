import type { Backoff } from './pod-memory.ts'

/** CrashLoopBackOff as the kubelet has it: 10 s, doubled up to 5 minutes, forgotten after 10 minutes of running. */
const BACKOFF_INITIAL_MS = 10_000
const BACKOFF_MAX_MS = 300_000
const BACKOFF_FORGET_MS = 600_000

/** When a container that ended at `finishedAtMs` may start again; at once when it never had to wait. */
export function restartAtMs(backoff: Backoff | undefined, finishedAtMs: number): number {
  return backoff === undefined || isForgotten(backoff, finishedAtMs) ? finishedAtMs : finishedAtMs + backoff.delayMs
}

/** The delay to be kept once it is started again at `nowMs`. */
export function nextBackoff(backoff: Backoff | undefined, finishedAtMs: number, nowMs: number): Backoff {
  const fresh = backoff === undefined || isForgotten(backoff, finishedAtMs)
  return {
    delayMs: fresh ? BACKOFF_INITIAL_MS : Math.min(backoff.delayMs * 2, BACKOFF_MAX_MS),
    updatedAtMs: nowMs,
  }
}

/** What an agent that just started assumes of a container restarted `restarts` times, last at `startedAtMs`. */
export function assumeBackoff(restarts: number, startedAtMs: number): Backoff | undefined {
  if (restarts < 1) return undefined
  return {
    delayMs: Math.min(BACKOFF_INITIAL_MS * 2 ** Math.min(restarts - 1, 10), BACKOFF_MAX_MS),
    updatedAtMs: startedAtMs,
  }
}

function isForgotten(backoff: Backoff, finishedAtMs: number): boolean {
  return finishedAtMs - backoff.updatedAtMs > BACKOFF_FORGET_MS
}

/** `10s`, `2m40s`: as the kubelet prints a delay. */
export function formatDelay(delayMs: number): string {
  const seconds = Math.round(delayMs / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
