import { parseTime } from '../../../lib/clock.ts'
import { formatDuration } from './duration.ts'

/** Time since `timestamp` as tables show it; `<unknown>` without one. */
export function formatAge(timestamp: string | null | undefined, nowMs: number): string {
  const startMs = parseTime(timestamp)
  return startMs === undefined ? '<unknown>' : formatDuration(Math.max(0, nowMs - startMs))
}
