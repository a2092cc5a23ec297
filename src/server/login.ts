import { createHash } from 'node:crypto'
import type { Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'

/**
 * Short-lived secrets that stand for an identity, kept in memory as hashes: the one-time codes that open the page, and
 * its sessions. A restart forgets them all.
 */
export class PassStore {
  readonly #clock: Clock
  readonly #random: Random
  readonly #lifetimeMs: number
  readonly #passes = new Map<string, { readonly identity: Identity; readonly expiresMs: number }>()

  constructor(options: { readonly clock: Clock; readonly random: Random; readonly lifetimeMs: number }) {
    this.#clock = options.clock
    this.#random = options.random
    this.#lifetimeMs = options.lifetimeMs
  }

  issue(identity: Identity): string {
    const nowMs = this.#clock.monotonic()
    for (const [hash, pass] of this.#passes)
      if (pass.expiresMs <= nowMs || this.#passes.size >= PASSES_MAX) this.#passes.delete(hash)
    const pass = Buffer.from(this.#random.bytes(24)).toString('base64url')
    this.#passes.set(hashOf(pass), { identity, expiresMs: nowMs + this.#lifetimeMs })
    return pass
  }

  find(pass: string): Identity | undefined {
    const found = this.#passes.get(hashOf(pass))
    return found !== undefined && found.expiresMs > this.#clock.monotonic() ? found.identity : undefined
  }

  /** The same, and good for nothing afterwards. */
  redeem(pass: string): Identity | undefined {
    const identity = this.find(pass)
    this.#passes.delete(hashOf(pass))
    return identity
  }
}

/** The oldest makes room for the newest. */
const PASSES_MAX = 1_000

/** How long a code that opens the page may be used. */
export const LOGIN_CODE_LIFETIME_MS = 10 * 60_000
export const SESSION_LIFETIME_MS = 12 * 3_600_000

function hashOf(pass: string): string {
  return createHash('sha256').update(pass).digest('hex')
}
