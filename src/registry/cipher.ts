/** Port: authenticated encryption of stored values (AES-256-GCM). Synchronous, so that it runs under simulation. */
export interface Cipher {
  /** Key that new values are encrypted with: 1 to 2^32-1. */
  readonly keyId: number
  /** Returns ciphertext followed by the 16-byte tag. `nonce` is 12 bytes, never used twice with one key. */
  seal(plain: Uint8Array, nonce: Uint8Array, associated: Uint8Array): Uint8Array
  /** Throws when the key is unknown, or when value, nonce or associated data is not what was sealed. */
  open(keyId: number, sealed: Uint8Array, nonce: Uint8Array, associated: Uint8Array): Uint8Array
}

export const CIPHER_NONCE_BYTES = 12
