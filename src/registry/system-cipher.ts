import { createCipheriv, createDecipheriv } from 'node:crypto'
import { invariant } from '../lib/invariant.ts'
import type { Cipher } from './cipher.ts'

const KEY_BYTES = 32
const TAG_BYTES = 16

export interface CipherKey {
  /** 1 to 2^32-1; stands beside every value it encrypted. */
  readonly id: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** AES-256-GCM by node:crypto. `current` encrypts; `older` keys still decrypt what they once encrypted. */
export function createSystemCipher(current: CipherKey, older: readonly CipherKey[] = []): Cipher {
  const keys = new Map([current, ...older].map(each => [each.id, each.key]))
  for (const [id, key] of keys) {
    invariant(Number.isInteger(id) && id > 0 && id < 2 ** 32, 'an encryption key id is a whole number from 1')
    invariant(key.length === KEY_BYTES, 'an encryption key has 32 bytes')
  }
  return {
    keyId: current.id,
    seal(plain, nonce, associated) {
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce)
      cipher.setAAD(associated)
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(keyId, sealed, nonce, associated) {
      const key = keys.get(keyId)
      if (key === undefined) throw new Error(`encryption key ${keyId} is not known here`)
      if (sealed.length < TAG_BYTES) throw new Error('the encrypted value is too short')
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      decipher.setAAD(associated)
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
    },
  }
}
