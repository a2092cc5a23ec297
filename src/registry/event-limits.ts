import { apiError } from '../api/api-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { RequestContext } from './registry.ts'

/** Events (the kind) that one source may write at once, and how fast it may go on. */
const BURST = 500
const PER_SECOND = 25
/** Sources remembered; the one unheard of for longest is forgotten first. */
const SOURCES_MAX = 1_000

interface Bucket {
  tokens: number
  atMs: number
}

/** Keeps a source that has gone wild from pushing out everybody else's events. A source is a user. */
export class EventLimits {
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one write of an event; throws 429 when its source has had its share. */
  take({ user: { user } }: RequestContext): void {
    const now = this.#clock.monotonic()
    const bucket = this.#buckets.get(user) ?? { tokens: BURST, atMs: now }
    bucket.tokens = Math.min(BURST, bucket.tokens + ((now - bucket.atMs) / 1000) * PER_SECOND)
    bucket.atMs = now
    this.#remember(user, bucket)
    if (bucket.tokens < 1) {
      const message = `${user} has written too many events: at most ${BURST} at once and ${PER_SECOND} per second`
      throw apiError('TooManyRequests', message, { retryAfterSeconds: 1 })
    }
    bucket.tokens -= 1
  }

  #remember(user: string, bucket: Bucket): void {
    this.#buckets.delete(user)
    this.#buckets.set(user, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > SOURCES_MAX && oldest !== undefined) this.#buckets.delete(oldest)
  }
}
