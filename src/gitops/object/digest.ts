import { createHash, createHmac } from 'node:crypto'
import { canonicalJson } from '../../api/canonical-json.ts'

/** SHA-256 of the canonical JSON of a value: 64 hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/**
 * A secret value as it may stand in a plan and its digest: the same value gives the same text, another one another, and
 * without `key` nobody can try values out.
 */
export function maskSecret(value: unknown, key: Uint8Array): string {
  return `masked:${createHmac('sha256', key).update(canonicalJson(value)).digest('hex').slice(0, 32)}`
}
