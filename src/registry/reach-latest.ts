import type { Clock } from '../lib/clock.ts'
import { StoreError } from '../store/store.ts'
import type { StoreCache } from './store-cache.ts'
import { PROGRESS_KEY } from './store-key.ts'

/** After this long without news, a write of our own brings the watch forward. */
const NUDGE_AFTER_MS = 50
const REACH_TIMEOUT_MS = 5_000

const nudges = new WeakMap<StoreCache, Promise<unknown>>()

/**
 * Brings the cache to everything that any process had written when this was called: the revision of a linearizable
 * read, then waiting for the watch. A store of this process is always there already. On a remote one nothing may come
 * along to show the progress: then one shared write does.
 */
export async function reachLatest(cache: StoreCache, clock: Clock): Promise<void> {
  const { revision } = await cache.store.get(PROGRESS_KEY)
  if (await cache.reach(revision, NUDGE_AFTER_MS)) return
  await nudge(cache, clock)
  if (await cache.reach(revision, REACH_TIMEOUT_MS)) return
  throw new StoreError('unavailable', 'the newest state has not arrived from the store in time; try again')
}

function nudge(cache: StoreCache, clock: Clock): Promise<unknown> {
  const running = nudges.get(cache)
  if (running !== undefined) return running
  const value = Buffer.from(String(clock.now()))
  const write = cache.store
    .txn({ compares: [], operations: [{ type: 'put', key: PROGRESS_KEY, value }] })
    .finally(() => nudges.delete(cache))
  nudges.set(cache, write)
  return write
}
