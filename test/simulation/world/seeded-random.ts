import type { Random } from '../../../src/lib/random.ts'

/** xoshiro128** (Blackman, Vigna), seeded by splitmix32: the same seed gives the same dice for ever. */
export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: number) {
    let mixed = seed >>> 0
    for (let at = 0; at < 4; at++) {
      mixed = (mixed + 0x9e3779b9) >>> 0
      let word = mixed
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
      this.#state[at] = word ^ (word >>> 15)
    }
  }

  next(): number {
    const [a, b, c, d] = this.#state as unknown as [number, number, number, number]
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    this.#state[2] = c ^ a
    this.#state[3] = d ^ b
    this.#state[1] = b ^ this.#state[2]!
    this.#state[0] = a ^ this.#state[3]!
    this.#state[2] = this.#state[2]! ^ (b << 9)
    this.#state[3] = rotateLeft(this.#state[3]!, 11)
    return result
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff)
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32
  }

  below(limit: number): number {
    return this.next() % limit
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!
  }

  /** A generator of its own: what one part draws does not shift what another one draws. */
  fork(): SeededRandom {
    return new SeededRandom(this.next())
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
