/** Randomness as a parameter: the system's own generator in production, a seeded one under simulation. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array
}

/** A number in [0, 1). */
export function randomFraction(random: Random): number {
  const [a, b, c, d] = random.bytes(4) as unknown as [number, number, number, number]
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32
}

/** A whole number in [0, below). */
export function randomInt(random: Random, below: number): number {
  return Math.floor(randomFraction(random) * below)
}

/** A version 4 UUID (RFC 9562). */
export function randomUuid(random: Random): string {
  const bytes = random.bytes(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Letters and digits without vowels and look-alikes, as `generateName` uses them: no words, no misreadings. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** `length` characters fit for the end of an object's name. */
export function randomSuffix(random: Random, length = 5): string {
  return Array.from({ length }, () => SAFE_ALPHABET[randomInt(random, SAFE_ALPHABET.length)]).join('')
}
