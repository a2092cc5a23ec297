import { crc32 } from 'node:zlib'
import { messageOf } from '../lib/message-of.ts'
import type { Random } from '../lib/random.ts'
import { StoreError } from '../store/store.ts'
import { CIPHER_NONCE_BYTES, type Cipher } from './cipher.ts'

/**
 * The form of a stored value: format (1 byte), checksum (4), encryption key id (4; 0 = plain), nonce (12, only when
 * encrypted), then the canonical JSON or its ciphertext. The checksum (CRC-32) covers the store key and all that
 * follows it, so that a value that is damaged or stands under another key is noticed. Numbers are big-endian.
 */
export interface Envelopes {
  wrap(key: string, body: Uint8Array, secret: boolean): Uint8Array
  /** The body; a view on `value` when it is not encrypted. Throws StoreError `corrupt` that names the key. */
  unwrap(key: string, value: Uint8Array): Uint8Array
}

const FORMAT = 1
const CHECKED_FROM = 5
const HEADER_BYTES = 9

export function createEnvelopes(cipher: Cipher, random: Random): Envelopes {
  return {
    wrap(key, body, secret) {
      if (!secret) return envelope(key, 0, new Uint8Array(), body)
      const nonce = random.bytes(CIPHER_NONCE_BYTES)
      return envelope(key, cipher.keyId, nonce, cipher.seal(body, nonce, Buffer.from(key)))
    },
    unwrap(key, value) {
      const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      const keyId = checkedKeyId(key, buffer)
      return keyId === 0 ? buffer.subarray(HEADER_BYTES) : decrypt(cipher, key, keyId, buffer)
    },
  }
}

function envelope(key: string, keyId: number, nonce: Uint8Array, body: Uint8Array): Uint8Array {
  const value = Buffer.alloc(HEADER_BYTES + nonce.length + body.length)
  value.writeUInt8(FORMAT, 0)
  value.writeUInt32BE(keyId, CHECKED_FROM)
  value.set(nonce, HEADER_BYTES)
  value.set(body, HEADER_BYTES + nonce.length)
  value.writeUInt32BE(checksum(key, value), 1)
  return value
}

function checksum(key: string, value: Buffer): number {
  return crc32(value.subarray(CHECKED_FROM), crc32(key))
}

function checkedKeyId(key: string, value: Buffer): number {
  if (value.length < HEADER_BYTES) throw damaged(key, 'it is too short')
  if (value.readUInt8(0) !== FORMAT) throw damaged(key, `its format is ${value.readUInt8(0)} and not ${FORMAT}`)
  if (value.readUInt32BE(1) !== checksum(key, value)) throw damaged(key, 'its checksum is wrong')
  return value.readUInt32BE(CHECKED_FROM)
}

function decrypt(cipher: Cipher, key: string, keyId: number, value: Buffer): Uint8Array {
  const nonce = value.subarray(HEADER_BYTES, HEADER_BYTES + CIPHER_NONCE_BYTES)
  try {
    return cipher.open(keyId, value.subarray(HEADER_BYTES + CIPHER_NONCE_BYTES), nonce, Buffer.from(key))
  } catch (cause) {
    throw damaged(key, `it cannot be decrypted: ${messageOf(cause)}`)
  }
}

function damaged(key: string, why: string): StoreError {
  return new StoreError('corrupt', `the stored value of ${key} is damaged: ${why}`)
}
