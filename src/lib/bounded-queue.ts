/** A first-in-first-out queue with a named limit: it refuses instead of growing. */
export class BoundedQueue<Item> {
  readonly #limit: number
  #items: Item[] = []
  #head = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  /** False when the queue is full; the item was not taken. */
  push(item: Item): boolean {
    if (this.length >= this.#limit) return false
    this.#items.push(item)
    return true
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head++]
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Takes everything out. */
  drain(): Item[] {
    const items = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return items
  }
}
