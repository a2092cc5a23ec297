import { canonicalJson } from './canonical-json.ts'

/** No vowels and no 0, 1, 3: a hash never spells a word and is a valid part of every Kubernetes name. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const HASH_LENGTH = 10

/** FNV-1a with 64 bits (offset basis and prime as published by Fowler, Noll and Vo), in 16-bit limbs, lowest first. */
const OFFSET_BASIS = [0x2325, 0x8422, 0x9ce4, 0xcbf2] as const
const PRIME_LOW = 0x01b3

/**
 * A short name for a text: 10 characters, stable across processes and releases (pods are adopted by it). Not for
 * security: collisions can be made.
 */
export function hashText(text: string): string {
  let [a, b, c, d] = OFFSET_BASIS as readonly [number, number, number, number]
  const mix = (byte: number) => {
    a ^= byte
    // The prime is 2^40 + 0x1b3, so times it = times 0x1b3, plus the value moved up by 40 bits (2 limbs and 8 bits).
    const low = a * PRIME_LOW
    const second = b * PRIME_LOW + (low >>> 16)
    const third = c * PRIME_LOW + ((a << 8) & 0xffff) + (second >>> 16)
    const fourth = d * PRIME_LOW + (((b << 8) | (a >>> 8)) & 0xffff) + (third >>> 16)
    a = low & 0xffff
    b = second & 0xffff
    c = third & 0xffff
    d = fourth & 0xffff
  }
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    mix(unit & 0xff)
    mix(unit >>> 8)
  }
  return encodeSafely([d, c, b, a])
}

/** Base 27, lowest digits of the 64-bit number given as four 16-bit limbs, highest first. */
function encodeSafely(limbs: number[]): string {
  let text = ''
  for (let digit = 0; digit < HASH_LENGTH; digit += 1) {
    let remainder = 0
    for (let index = 0; index < limbs.length; index += 1) {
      const part = remainder * 0x10000 + limbs[index]!
      limbs[index] = Math.floor(part / SAFE_ALPHABET.length)
      remainder = part % SAFE_ALPHABET.length
    }
    text += SAFE_ALPHABET[remainder]
  }
  return text
}

/** `hashText` of a JSON value; the order of keys does not matter. */
export function hashJson(value: unknown): string {
  return hashText(canonicalJson(value))
}

/**
 * The value of the `pod-template-hash` label: a pure function of the template, so that pods that outlived the store
 * find their ReplicaSet again. `collisionCount` picks another hash when two templates met in one.
 */
export function podTemplateHash(template: unknown, collisionCount = 0): string {
  return hashText(canonicalJson(template) + (collisionCount === 0 ? '' : `#${collisionCount}`))
}
