import type { Kind } from '../api/kind.ts'
import type { ObjectKey } from '../api/object.ts'

/**
 * Keys of the live store: `/pintle/<storage group>/<plural>/<namespace>/<name>`; the core group is written `core` and
 * cluster-scoped kinds have no namespace part. Claims and fences stand beside them, under names no group can have.
 */
export const STORE_PREFIX = '/pintle/'
export const CLAIM_PREFIX = `${STORE_PREFIX}claims/`
export const FENCE_PREFIX = `${STORE_PREFIX}fences/`
/** Written only to learn how far a remote store's watch has come. */
export const PROGRESS_KEY = `${STORE_PREFIX}progress/key`

/** Everything of one kind, or of one kind in one namespace. Ends in `/`. */
export function storePrefix(kind: Kind, namespace?: string): string {
  const prefix = `${STORE_PREFIX}${kind.group === '' ? 'core' : kind.group}/${kind.plural}/`
  return namespace === undefined || !kind.namespaced ? prefix : `${prefix}${namespace}/`
}

export function storeKey(kind: Kind, key: ObjectKey): string {
  return kind.namespaced ? `${storePrefix(kind)}${key.namespace ?? ''}/${key.name}` : `${storePrefix(kind)}${key.name}`
}

/** The inverse of `storeKey`, for a key that starts with `storePrefix(kind)`. */
export function objectKeyOf(kind: Kind, key: string): ObjectKey {
  const rest = key.slice(storePrefix(kind).length)
  if (!kind.namespaced) return { name: rest }
  const slash = rest.indexOf('/')
  return { namespace: rest.slice(0, slash), name: rest.slice(slash + 1) }
}

/** `/pintle/<group>/<plural>/` of a key; undefined for a key that is not an object's. */
export function kindPrefixOf(key: string): string | undefined {
  const group = key.indexOf('/', STORE_PREFIX.length)
  const plural = group < 0 ? -1 : key.indexOf('/', group + 1)
  return plural < 0 ? undefined : key.slice(0, plural + 1)
}

/** Unique keys such as `cluster-ip/10.96.0.7`. */
export function claimKey(claim: string): string {
  return `${CLAIM_PREFIX}${claim}`
}

/** Holds the holder of a lease; written only when the holder changes. */
export function fenceKey(lease: ObjectKey): string {
  return `${FENCE_PREFIX}${lease.namespace ?? ''}/${lease.name}`
}
