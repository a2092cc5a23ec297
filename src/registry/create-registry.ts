import { type Kind, storageApiVersion } from '../api/kind.ts'
import type { KindRegistry, ServedKind } from '../api/kind-registry.ts'
import { Namespace } from '../api/kinds/core/namespace.ts'
import type { Clock } from '../lib/clock.ts'
import { invariant } from '../lib/invariant.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Store } from '../store/store.ts'
import type { AdmissionPlugin } from './admission.ts'
import type { Authorizer, ObjectReader } from './authorizer.ts'
import { builtinPlugins } from './builtin-admission.ts'
import type { Cipher } from './cipher.ts'
import { DeletePath } from './delete-path.ts'
import { createEnvelopes } from './envelope.ts'
import { EventExpiry } from './event-expiry.ts'
import { EventLimits } from './event-limits.ts'
import { parseIpv4Range } from './ipv4-range.ts'
import { ObjectAccess } from './object-access.ts'
import { ObjectRegistry } from './object-registry.ts'
import type { Registry } from './registry.ts'
import { ResourceClaims } from './resource-claims.ts'
import type { PortRange } from './service-allocation.ts'
import { StoreCache } from './store-cache.ts'
import { WritePath } from './write-path.ts'

export interface CreateRegistryOptions {
  readonly store: Store
  /** Holds the ephemeral kinds (Event). */
  readonly eventStore: Store
  readonly kinds: KindRegistry
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly cipher: Cipher
  readonly authorizer: Authorizer
  /** Run after the built-in plugins, in this order. */
  readonly admission?: readonly AdmissionPlugin[]
  /** `10.96.0.0/16` when left out. */
  readonly serviceCidr?: string
  /** 30000 to 32767 when left out. */
  readonly nodePortRange?: PortRange
  /**
   * `memory` (when left out): a renewal of a lease that changes only its renewTime is not written. Right when one
   * process serves the store. `durable`: it is a write like any other.
   */
  readonly leaseRenewals?: 'memory' | 'durable'
}

export interface RunningRegistry extends Registry {
  /** Ends watches and timers. The stores stay open: they are the caller's. */
  close(): void
}

/** Resolves once everything that the stores hold is in memory. */
export async function createRegistry(options: CreateRegistryOptions): Promise<RunningRegistry> {
  const { store, eventStore, kinds, clock, random, log } = options
  const envelopes = createEnvelopes(options.cipher, random)
  const shared = { envelopes, clock, random, log }
  const ephemeral = kinds.list().filter(kind => kind.ephemeral)
  const main = await StoreCache.open(
    { store, ...shared },
    kinds.list().filter(kind => !kind.ephemeral),
  )
  const events = await StoreCache.open({ store: eventStore, ...shared }, ephemeral)
  const objects = new ObjectAccess(main, events)
  const admission = [...builtinPlugins, ...(options.admission ?? [])]
  const claims = new ResourceClaims({
    held: main.claims,
    clusterIps: parseIpv4Range(options.serviceCidr ?? '10.96.0.0/16'),
    nodePorts: options.nodePortRange ?? { from: 30_000, to: 32_767 },
  })
  const paths = { objects, envelopes, clock, random, admission, claims }
  const registry = new ObjectRegistry({
    kinds,
    objects,
    envelopes,
    clock,
    authorizer: options.authorizer,
    writes: new WritePath({
      ...paths,
      namespaces: servedNamespaces(kinds),
      volatileRenewals: options.leaseRenewals !== 'durable',
    }),
    deletes: new DeletePath(paths),
    eventLimits: new EventLimits(clock),
    parts: [followKinds(kinds, objects, log), new EventExpiry(events, ephemeral, clock, log), main, events],
  })
  options.authorizer.readFrom?.(readerOf(kinds, objects))
  return registry
}

function servedNamespaces(kinds: KindRegistry): ServedKind {
  const served = kinds.byKind(storageApiVersion(Namespace as unknown as Kind), Namespace.kind)
  invariant(served !== undefined, 'a registry serves namespaces')
  return served
}

/** Kinds that are added and removed at run time get and lose their cache. */
function followKinds(kinds: KindRegistry, objects: ObjectAccess, log: Logger): { close(): void } {
  let known = new Set(kinds.list())
  return kinds.onChange(() => {
    const now = new Set(kinds.list())
    for (const kind of known) if (!now.has(kind)) objects.cacheFor(kind).removeKind(kind)
    for (const kind of now) {
      if (known.has(kind)) continue
      objects
        .cacheFor(kind)
        .addKind(kind)
        .catch(error => {
          log.log('error', 'a new kind could not be read from the store', { kind: kind.kind, error: String(error) })
        })
    }
    known = now
  })
}

function readerOf(kinds: KindRegistry, objects: ObjectAccess): ObjectReader {
  const cacheOf = (group: string, plural: string) => {
    const kind = kinds.list().find(each => each.group === group && each.plural === plural)
    return kind && objects.kind(kind)
  }
  return {
    read: (group, plural, key) => cacheOf(group, plural)?.get(key)?.object(),
    *readAll(group, plural, namespace) {
      for (const kept of cacheOf(group, plural)?.inOrder(namespace) ?? []) yield kept.object()
    },
  }
}
