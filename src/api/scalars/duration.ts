/**
 * Lengths of time as Kubernetes writes them (Go's notation): `1h30m`, `1.5s`, `300ms`. Here they are milliseconds;
 * finer parts are rounded to the nearest one.
 */

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

const SHAPE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*$/
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const LENGTH_MAX = 64
/** What 64 bits of nanoseconds hold: about 292 years. */
export const DURATION_MS_MAX = 9_223_372_036_854

/** Milliseconds; undefined when the text is no duration. `0` needs no unit. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  if (text.length > LENGTH_MAX || !SHAPE.test(text)) return undefined
  let ms = 0
  for (const [, amount, unit] of text.matchAll(PART)) ms += Number(amount) * UNITS_MS[unit!]!
  if (ms > DURATION_MS_MAX) return undefined
  return text.startsWith('-') ? -Math.round(ms) : Math.round(ms)
}

/** `1h30m0s`, `1.5s`, `300ms`, `0s`. */
export function formatDuration(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const absolute = Math.round(Math.abs(ms))
  if (absolute === 0) return '0s'
  if (absolute < 1_000) return `${sign}${absolute}ms`
  const hours = Math.floor(absolute / 3_600_000)
  const minutes = Math.floor(absolute / 60_000) % 60
  const seconds = (absolute % 60_000) / 1_000
  const whole = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : ''
  return `${sign}${whole}${seconds}s`
}
