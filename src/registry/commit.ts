import type { Compare, Operation, Txn } from '../store/store.ts'
import { StoreError } from '../store/store.ts'
import type { StoreCache } from './store-cache.ts'
import { claimKey } from './store-key.ts'

/** How long a re-run waits for the write it lost against to arrive; it is only ever needed with a remote store. */
const CATCH_UP_MS = 1_000

/** One write of one object, with all that has to hold and happen together with it. */
export interface Commit {
  readonly cache: StoreCache
  readonly key: string
  /** The mod revision the object must still have; 0 = it must not exist. */
  readonly expected: number
  /** Undefined: delete it. */
  readonly value: Uint8Array | undefined
  /** Unique keys taken and given back, e.g. `cluster-ip/10.96.0.7`. */
  readonly take: readonly string[]
  readonly release: readonly string[]
  /** Conditions on other keys: the namespace, the leader's fence. */
  readonly guards: readonly Compare[]
  /** Further writes, e.g. of the fence when a lease changes hands. */
  readonly also: readonly Operation[]
}

export type CommitResult =
  | { readonly type: 'done'; readonly revision: number }
  /** The object, a guard or a claim was changed by somebody else meanwhile. Nothing happened. */
  | { readonly type: 'conflict' }

/**
 * Settles only once the cache has the write, or (on a conflict) what the write lost against: who is told that nobody
 * knows the outcome, and reads again, finds it.
 */
export async function commit(write: Commit): Promise<CommitResult> {
  const { cache, key } = write
  const result = await cache.store.txn(txnOf(write)).catch(async error => {
    if (error instanceof StoreError && error.code === 'unknown-outcome') await catchUp(cache, key)
    throw error
  })
  if (result.succeeded) {
    await cache.reach(result.revision)
    return { type: 'done', revision: result.revision }
  }
  await cache.reach(result.revision, CATCH_UP_MS)
  return { type: 'conflict' }
}

function txnOf({ key, expected, value, take, release, guards, also }: Commit): Txn {
  return {
    compares: [
      { key, modRevision: expected },
      ...guards,
      ...take.map(claim => ({ key: claimKey(claim), modRevision: 0 })),
    ],
    operations: [
      value === undefined ? { type: 'delete', key } : { type: 'put', key, value },
      ...take.map(claim => ({ type: 'put' as const, key: claimKey(claim), value: Buffer.from(key) })),
      ...release.map(claim => ({ type: 'delete' as const, key: claimKey(claim) })),
      ...also,
    ],
  }
}

async function catchUp(cache: StoreCache, key: string): Promise<void> {
  try {
    const { revision } = await cache.store.get(key)
    await cache.reach(revision, CATCH_UP_MS)
  } catch {
    // A store that cannot even be read says so to whoever asks next.
  }
}

/** Claims to take and to give back when an object goes from holding `before` to holding `after`. */
export function claimChanges(
  before: readonly string[],
  after: readonly string[],
): { readonly take: readonly string[]; readonly release: readonly string[] } {
  return {
    take: after.filter(claim => !before.includes(claim)),
    release: before.filter(claim => !after.includes(claim)),
  }
}
