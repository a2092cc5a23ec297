import { apiError } from '../../../src/api/api-error.ts'
import type { KindRegistry } from '../../../src/api/kind-registry.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import type { Client, Identity, ObjectWatcher } from '../../../src/client/client.ts'

/** The server of the moment, as whoever is outside of it sees it. */
export interface ReachableServer {
  client(identity: Identity): Client
  /** Called when it crashes. */
  onDeath(release: () => void): { close(): void }
}

/**
 * A Client from outside the server's process: while no server runs every call is refused, and when the server crashes
 * what was under way ends as a broken connection does.
 */
export function remoteClient(
  kinds: KindRegistry,
  identity: Identity,
  server: () => ReachableServer | undefined,
): Client {
  const call = <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    const reached = server()
    if (reached === undefined) return Promise.reject(apiError('ServiceUnavailable', 'connection refused'))
    return new Promise((resolve, reject) => {
      const untilDeath = reached.onDeath(() => reject(apiError('ServiceUnavailable', 'connection reset')))
      work(reached.client(identity))
        .then(resolve, reject)
        .finally(() => untilDeath.close())
    })
  }
  return {
    kinds,
    get: (...args) => call(client => client.get(...args)),
    list: (...args) => call(client => client.list(...args)),
    create: (...args) => call(client => client.create(...args)),
    update: (...args) => call(client => client.update(...args)),
    patch: (...args) => call(client => client.patch(...args)),
    apply: (...args) => call(client => client.apply(...args)),
    delete: (...args) => call(client => client.delete(...args)),
    watch: (kind, options, watcher) =>
      remoteWatch(server(), watcher, client => client.watch(kind, options, watcher), identity),
    as: other => remoteClient(kinds, other, server),
    withFence: () => {
      throw new Error('nothing outside the server leads')
    },
  }
}

function remoteWatch<T extends KubeObject>(
  reached: ReachableServer | undefined,
  watcher: ObjectWatcher<T>,
  open: (client: Client) => { stop(): void },
  identity: Identity,
): { stop(): void } {
  if (reached === undefined) {
    queueMicrotask(() => watcher.onEnd(new Error('connection refused')))
    return { stop: () => {} }
  }
  const watch = open(reached.client(identity))
  const untilDeath = reached.onDeath(() => watcher.onEnd(new Error('connection reset')))
  return {
    stop() {
      untilDeath.close()
      watch.stop()
    },
  }
}
