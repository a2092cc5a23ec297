import { randomFillSync } from 'node:crypto'
import type { Random } from './random.ts'

/** Drawn at once: one call of the system's generator costs as much for 16 bytes as for thousands. */
const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

/** The system's cryptographic generator. Bytes given out are gone from memory here: each is given out once. */
export const systemRandom: Random = {
  bytes(count) {
    if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count))
    if (used + count > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    const given = pool.slice(used, used + count)
    pool.fill(0, used, used + count)
    used += count
    return given
  },
}
