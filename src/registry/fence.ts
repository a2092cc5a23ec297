import { conflict } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import type { Fence } from '../client/client.ts'
import type { Compare, Operation } from '../store/store.ts'
import type { StoreCache } from './store-cache.ts'
import { fenceKey } from './store-key.ts'
import { isLeaseKind } from './well-known-kinds.ts'

type LeaseLike = Readonly<KubeObject> & { readonly spec?: { readonly holderIdentity?: string } }

/**
 * The condition under which a leader writes: the fence of its lease still names it. The fence is a key of its own,
 * written only when the holder changes, so that renewals do not fail the leader's writes.
 */
export function fenceGuard(cache: StoreCache, fence: Fence): Compare {
  const key = fenceKey(fence)
  const held = cache.fences.get(key)
  if (held === undefined || held.text !== fence.holder) {
    const why = `the lease is not held by ${JSON.stringify(fence.holder)} any more; stop acting as its holder`
    throw conflict('coordination.k8s.io', 'leases', fence.name, why)
  }
  return { key, modRevision: held.modRevision }
}

/** What has to be written to the fence together with a write of its lease; `next` undefined = the lease goes away. */
export function fenceChanges(kind: Kind, current: LeaseLike | undefined, next: LeaseLike | undefined): Operation[] {
  if (!isLeaseKind(kind)) return []
  const before = current?.spec?.holderIdentity ?? ''
  const after = next?.spec?.holderIdentity ?? ''
  if (before === after) return []
  const key = fenceKey((next ?? current)!.metadata)
  return [after === '' ? { type: 'delete', key } : { type: 'put', key, value: Buffer.from(after) }]
}
