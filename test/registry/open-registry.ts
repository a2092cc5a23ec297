import type { Kind } from '../../src/api/kind.ts'
import { KindRegistry } from '../../src/api/kind-registry.ts'
import { builtinKinds } from '../../src/api/kinds/builtin-kinds.ts'
import type { Client, Identity } from '../../src/client/client.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { ensureBootstrapObjects } from '../../src/registry/bootstrap-objects.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import { type CreateRegistryOptions, createRegistry, type RunningRegistry } from '../../src/registry/create-registry.ts'
import { createSystemCipher } from '../../src/registry/system-cipher.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'

export const ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

export interface OpenRegistry {
  readonly registry: RunningRegistry
  readonly store: Store
  readonly eventStore: Store
  readonly admin: Client
  close(): Promise<void>
}

export interface OpenOptions extends Partial<CreateRegistryOptions> {
  readonly extraKinds?: readonly Kind[]
  readonly clock?: Clock
}

/** A registry over memory stores with the bootstrap objects in it. */
export async function openRegistry(options: OpenOptions = {}): Promise<OpenRegistry> {
  const store = options.store ?? (await createMemoryStore())
  const eventStore = options.eventStore ?? (await createMemoryStore())
  const registry = await createRegistry({
    kinds: new KindRegistry([...builtinKinds, ...(options.extraKinds ?? [])]),
    clock: systemClock,
    random: new SeededRandom(1),
    log: silentLogger,
    cipher: testCipher,
    authorizer: createBuiltinAuthorizer(),
    ...options,
    store,
    eventStore,
  })
  const admin = registry.client(ADMIN)
  await ensureBootstrapObjects(admin)
  return {
    registry,
    store,
    eventStore,
    admin,
    async close() {
      registry.close()
      await store.close()
      await eventStore.close()
    },
  }
}

const testCipher = createSystemCipher({ id: 1, key: new Uint8Array(32).fill(7) })
