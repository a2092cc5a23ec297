import type { KindRegistry } from '../../../src/api/kind-registry.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import type { SyncAdmission } from '../../../src/gitops/create-sync-engine.ts'
import { createSyncAdmission } from '../../../src/gitops/create-sync-engine.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { ensureBootstrapObjects } from '../../../src/registry/bootstrap-objects.ts'
import { createBuiltinAuthorizer } from '../../../src/registry/builtin-authorizer.ts'
import type { RunningRegistry } from '../../../src/registry/create-registry.ts'
import { createRegistry } from '../../../src/registry/create-registry.ts'
import { createSystemCipher } from '../../../src/registry/system-cipher.ts'
import type { Journal } from '../../../src/store/journal.ts'
import { JournaledStore } from '../../../src/store/journaled-store.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { ReachableServer } from './remote-client.ts'
import type { SimulatedProcess } from './simulated-process.ts'

export const SIMULATED_ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** Revisions a simulated store keeps for watches: few, so that compaction is met often. */
const HISTORY = { revisions: 400, bytes: 8 * 1024 * 1024 }

/** One life of the API server: the store over the journal, and the registry over the store. */
export class SimulatedServer implements ReachableServer {
  readonly store: Store
  readonly admission: SyncAdmission
  readonly #registry: RunningRegistry
  readonly #process: SimulatedProcess

  static async start(options: {
    readonly process: SimulatedProcess
    readonly journal: Journal
    readonly kinds: KindRegistry
    /** Sees the store before anybody writes to it. */
    readonly inspect: (store: Store) => Promise<Store>
  }): Promise<SimulatedServer> {
    const { process, journal, kinds } = options
    const { clock, random } = process
    const store = await options.inspect(await JournaledStore.open(journal, HISTORY))
    const admission = createSyncAdmission()
    const registry = await createRegistry({
      store,
      eventStore: await createMemoryStore({ initialRevision: store.revision }),
      kinds,
      clock,
      random,
      log: silentLogger,
      cipher: createSystemCipher({ id: 1, key: new Uint8Array(32).fill(7) }),
      authorizer: createBuiltinAuthorizer(),
      admission: [admission.plugin],
    })
    await ensureBootstrapObjects(registry.client(SIMULATED_ADMIN))
    return new SimulatedServer(store, registry, admission, process)
  }

  private constructor(store: Store, registry: RunningRegistry, admission: SyncAdmission, process: SimulatedProcess) {
    this.store = store
    this.admission = admission
    this.#registry = registry
    this.#process = process
  }

  client(identity: Identity): Client {
    return this.#registry.client(identity)
  }

  onDeath(release: () => void): { close(): void } {
    return this.#process.onDeath(release)
  }
}
