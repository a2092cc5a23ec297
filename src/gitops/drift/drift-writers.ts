import type { ObjectRef } from '../object/object-ref.ts'
import { refKey } from '../object/object-ref.ts'

/** A live write by a person to an object that Git manages. */
export interface DriftWrite {
  readonly user: string
  readonly fields: readonly string[]
}

const WRITES_MAX = 10_000

/** Who last changed which managed object, from the moment of the write until the sync engine has dealt with it. */
export class DriftWriters {
  readonly #writes = new Map<string, DriftWrite>()

  note(ref: ObjectRef, write: DriftWrite): void {
    const key = refKey(ref)
    this.#writes.delete(key)
    this.#writes.set(key, write)
    if (this.#writes.size > WRITES_MAX) {
      for (const oldest of this.#writes.keys()) {
        this.#writes.delete(oldest)
        break
      }
    }
  }

  take(ref: ObjectRef): DriftWrite | undefined {
    const key = refKey(ref)
    const write = this.#writes.get(key)
    this.#writes.delete(key)
    return write
  }
}
