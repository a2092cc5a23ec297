import type { Application } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { readInventory } from '../object/inventory.ts'
import { refKey } from '../object/object-ref.ts'

/** Which application has an object in its inventory: an index over all Applications, kept by their watch. */
export class ObjectOwners {
  readonly #ownerOf = new Map<string, string>()
  readonly #keysOf = new Map<string, { readonly inventory: unknown; readonly keys: readonly string[] }>()

  /** By `refKey`. */
  ownerOf(key: string): string | undefined {
    return this.#ownerOf.get(key)
  }

  set(application: DeepReadonly<Application>): void {
    const { name } = application.metadata
    const inventory = application.status?.inventory
    if (this.#keysOf.get(name)?.inventory === inventory && inventory !== undefined) return
    this.#forgetKeys(name)
    const keys = readInventory(inventory).map(refKey)
    this.#keysOf.set(name, { inventory, keys })
    for (const key of keys) if (!this.#ownerOf.has(key)) this.#ownerOf.set(key, name)
  }

  delete(name: string): void {
    this.#forgetKeys(name)
    this.#keysOf.delete(name)
  }

  #forgetKeys(name: string): void {
    for (const key of this.#keysOf.get(name)?.keys ?? []) {
      if (this.#ownerOf.get(key) === name) this.#ownerOf.delete(key)
    }
  }
}
