import { apiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { KubeObject, ObjectKey } from '../api/object.ts'
import type { KeptObject } from './kept-object.ts'
import type { KindCache } from './kind-cache.ts'
import type { StoreCache } from './store-cache.ts'
import { storeKey } from './store-key.ts'

/** Reads the registry's memory without authorization: for the registry's own parts. */
export class ObjectAccess {
  readonly main: StoreCache
  readonly events: StoreCache

  constructor(main: StoreCache, events: StoreCache) {
    this.main = main
    this.events = events
  }

  cacheFor(kind: Kind): StoreCache {
    return kind.ephemeral ? this.events : this.main
  }

  kind(kind: Kind): KindCache {
    const cache = this.cacheFor(kind).kind(kind)
    if (cache === undefined) throw apiError('ServiceUnavailable', `${kind.plural} are not ready to be read yet`)
    return cache
  }

  /** Throws 500 that names the key when its value is damaged. */
  get(kind: Kind, key: ObjectKey): KeptObject | undefined {
    const why = this.cacheFor(kind).damaged.get(storeKey(kind, key))
    if (why !== undefined) throw apiError('InternalError', `${why}; restore it from a backup, or delete the key`)
    return this.kind(kind).get(key)
  }

  object(kind: Kind, key: ObjectKey): Readonly<KubeObject> | undefined {
    return this.get(kind, key)?.object()
  }
}
