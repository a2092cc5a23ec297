import { createHmac } from 'node:crypto'
import type { Identity } from '../client/client.ts'
import type { DiskGitRepository } from '../git/open-git-repository.ts'
import { findPusher } from '../git/pushes-log.ts'
import { DESIRED_REF } from '../git/ref-name.ts'
import { createSyncAdmission, createSyncEngine, type RunningSyncEngine } from '../gitops/create-sync-engine.ts'
import type { Logger } from '../lib/log.ts'
import type { Offload } from '../lib/offload.ts'
import { systemClock } from '../lib/system-clock.ts'
import { systemRandom } from '../lib/system-random.ts'
import { createBuiltinAuthorizer } from '../registry/builtin-authorizer.ts'
import { createRegistry, type RunningRegistry } from '../registry/create-registry.ts'
import { createSystemCipher } from '../registry/system-cipher.ts'
import { openEmbeddedStore, revisionFloorAt } from '../store/embedded/embedded-store.ts'
import type { DataDirectory } from './data-directory.ts'
import { openEncryptionKey } from './encryption-key.ts'
import { servedKinds } from './served-kinds.ts'
import type { Ranges } from './serving-options.ts'

export const ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** What ends the parts that were started, in the order of their starts. */
export type Stops = (() => Promise<unknown> | unknown)[]

export interface OpenRegistry {
  readonly running: RunningRegistry
  readonly authorizer: ReturnType<typeof createBuiltinAuthorizer>
  readonly engine: RunningSyncEngine
}

interface RegistryParts {
  readonly directory: DataDirectory
  readonly ranges: Ranges
  readonly git: DiskGitRepository
  readonly offload: Offload
  readonly log: Logger
  readonly stops: Stops
}

/** The stores, the registry over them, and the engine: each judges what the other writes. */
export async function openRegistry(parts: RegistryParts): Promise<OpenRegistry> {
  const { directory, ranges, git, offload, log, stops } = parts
  const clock = systemClock
  const random = systemRandom
  const revisionFloor = revisionFloorAt(clock.now())
  const store = await openEmbeddedStore({ directory: directory.store(), revisionFloor })
  stops.push(() => store.close())
  const eventStore = await openEmbeddedStore({
    directory: directory.eventStore(),
    revisionFloor,
    synchronous: 'NORMAL',
  })
  stops.push(() => eventStore.close())
  const authorizer = createBuiltinAuthorizer()
  const admission = createSyncAdmission()
  const key = openEncryptionKey(directory.pki(), random)
  const running = await createRegistry({
    store,
    eventStore,
    kinds: servedKinds(),
    clock,
    random,
    log,
    cipher: createSystemCipher(key),
    authorizer,
    admission: [admission.plugin],
    serviceCidr: ranges.serviceCidr,
  })
  stops.push(() => running.close())
  const secretKey = createHmac('sha256', key.key).update('masked values in plans').digest()
  const client = running.client(ADMIN)
  const pusherOf = (commit: string) => findPusher(directory.pushesLog(), git, commit, DESIRED_REF)
  const engine = createSyncEngine({
    client,
    git,
    clock,
    random,
    log,
    admission,
    offload,
    options: { secretKey, pusherOf },
  })
  return { running, authorizer, engine }
}
