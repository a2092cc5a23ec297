/**
 * Orders keys by their UTF-8 bytes, as every store does. UTF-16 order differs only where a surrogate (a character
 * beyond U+FFFF) meets a character in U+E000..U+FFFF, so those two ranges are swapped before comparing.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const unitA = a.charCodeAt(at)
    const unitB = b.charCodeAt(at)
    if (unitA !== unitB) return rank(unitA) - rank(unitB)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Keys kept in order: blocks of a bounded size, so that inserting into 150,000 keys moves a few hundred. */
export class SortedKeys {
  static readonly BLOCK_LENGTH_MAX = 512
  #blocks: string[][] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Adding a key that is there already changes nothing. */
  add(key: string): void {
    const block = this.#blockFor(key)
    if (block === undefined) {
      this.#blocks.push([key])
      this.#length += 1
      return
    }
    const at = lowerBound(block, key)
    if (block[at] === key) return
    block.splice(at, 0, key)
    this.#length += 1
    if (block.length > SortedKeys.BLOCK_LENGTH_MAX) this.#split(block)
  }

  delete(key: string): void {
    const block = this.#blockFor(key)
    if (block === undefined) return
    const at = lowerBound(block, key)
    if (block[at] !== key) return
    block.splice(at, 1)
    this.#length -= 1
    if (block.length === 0) this.#blocks.splice(this.#blocks.indexOf(block), 1)
  }

  /** Keys >= `from`, in order. Do not add or delete while iterating. */
  *from(from: string): Generator<string> {
    let blockAt = Math.max(0, this.#blockIndex(from))
    let at = lowerBound(this.#blocks[blockAt] ?? [], from)
    for (; blockAt < this.#blocks.length; blockAt++, at = 0) {
      const block = this.#blocks[blockAt]!
      for (; at < block.length; at++) yield block[at]!
    }
  }

  #split(block: string[]): void {
    const half = block.splice(block.length >> 1)
    this.#blocks.splice(this.#blocks.indexOf(block) + 1, 0, half)
  }

  #blockFor(key: string): string[] | undefined {
    return this.#blocks[Math.max(0, this.#blockIndex(key))]
  }

  /** The last block whose first key is <= `key`; -1 when all start after it. */
  #blockIndex(key: string): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareKeys(this.#blocks[middle]![0]!, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function lowerBound(block: readonly string[], key: string): number {
  let low = 0
  let high = block.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareKeys(block[middle]!, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
