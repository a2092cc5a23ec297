import type { Random } from './random.ts'
import { randomFraction } from './random.ts'

export interface BackoffLimits {
  readonly initialMs: number
  readonly maxMs: number
  /** Growth per attempt; 2 when left out. */
  readonly factor?: number
}

/** Delay before attempt `attempt` (0 = the first retry): exponential, capped, with up to 20 % jitter downwards. */
export function backoffDelayMs(limits: BackoffLimits, attempt: number, random: Random): number {
  const grown = limits.initialMs * (limits.factor ?? 2) ** Math.min(attempt, 60)
  return Math.min(grown, limits.maxMs) * (1 - 0.2 * randomFraction(random))
}
