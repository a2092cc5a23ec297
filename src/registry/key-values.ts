import type { KeyValue, StoreEvent } from '../store/store.ts'

export interface SmallValue {
  readonly text: string
  readonly modRevision: number
}

/** Claims or fences in memory: small texts by store key, kept current by the cache that owns them. */
export class KeyValues {
  readonly prefix: string
  readonly #values = new Map<string, SmallValue>()

  constructor(prefix: string) {
    this.prefix = prefix
  }

  get(key: string): SmallValue | undefined {
    return this.#values.get(key)
  }

  keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  fill({ key, value, modRevision }: KeyValue): void {
    this.#values.set(key, { text: Buffer.from(value).toString('utf8'), modRevision })
  }

  apply({ key, value, modRevision }: StoreEvent): void {
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, { text: Buffer.from(value).toString('utf8'), modRevision })
  }
}
