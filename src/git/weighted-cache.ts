/** Keeps what was used last, up to a total weight. */
export class WeightedCache<Key, Value> {
  readonly #weightMax: number
  readonly #items = new Map<Key, { readonly value: Value; readonly weight: number }>()
  #weight = 0

  constructor(weightMax: number) {
    this.#weightMax = weightMax
  }

  get(key: Key): Value | undefined {
    const item = this.#items.get(key)
    if (item === undefined) return undefined
    this.#items.delete(key)
    this.#items.set(key, item)
    return item.value
  }

  set(key: Key, value: Value, weight: number): void {
    if (weight > this.#weightMax) return
    this.#remove(key)
    this.#items.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#items.keys()) {
      if (this.#weight <= this.#weightMax) break
      this.#remove(oldest)
    }
  }

  #remove(key: Key): void {
    this.#weight -= this.#items.get(key)?.weight ?? 0
    this.#items.delete(key)
  }
}
