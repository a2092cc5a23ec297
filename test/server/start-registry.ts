import { KindRegistry } from '../../src/api/kind-registry.ts'
import { builtinKinds } from '../../src/api/kinds/builtin-kinds.ts'
import type { Logger } from '../../src/lib/log.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import type { Authorizer } from '../../src/registry/authorizer.ts'
import { ensureBootstrapObjects } from '../../src/registry/bootstrap-objects.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import type { RunningRegistry } from '../../src/registry/create-registry.ts'
import { createRegistry } from '../../src/registry/create-registry.ts'
import { createSystemCipher } from '../../src/registry/system-cipher.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'

export const ADMIN = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** The real registry over memory, with the namespaces every cluster has. */
export async function startRegistry(
  log: Logger = silentLogger,
): Promise<{ readonly registry: RunningRegistry; readonly authorizer: Authorizer }> {
  const authorizer = createBuiltinAuthorizer()
  const registry = await createRegistry({
    store: await createMemoryStore(),
    eventStore: await createMemoryStore(),
    kinds: new KindRegistry(builtinKinds),
    clock: systemClock,
    random: systemRandom,
    log,
    cipher: createSystemCipher({ id: 1, key: systemRandom.bytes(32) }),
    authorizer,
  })
  await ensureBootstrapObjects(registry.client(ADMIN))
  return { registry, authorizer }
}
