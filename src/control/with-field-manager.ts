import type { Client } from '../client/client.ts'

/** The same Client, whose writes carry `fieldManager` wherever the caller names none. */
export function withFieldManager(client: Client, fieldManager: string): Client {
  return {
    kinds: client.kinds,
    get: (kind, key, options) => client.get(kind, key, options),
    list: (kind, options) => client.list(kind, options),
    watch: (kind, options, watcher) => client.watch(kind, options, watcher),
    create: (kind, object, options) => client.create(kind, object, { fieldManager, ...options }),
    update: (kind, object, options) => client.update(kind, object, { fieldManager, ...options }),
    patch: (kind, key, patch, options) => client.patch(kind, key, patch, { fieldManager, ...options }),
    apply: (kind, object, options) => client.apply(kind, object, options),
    delete: (kind, key, options) => client.delete(kind, key, options),
    as: identity => withFieldManager(client.as(identity), fieldManager),
    withFence: fence => withFieldManager(client.withFence(fence), fieldManager),
  }
}
