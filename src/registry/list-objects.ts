import { ApiError, apiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { Clock } from '../lib/clock.ts'
import { StoreError } from '../store/store.ts'
import { type ContinueToken, formatContinue, parseContinue } from './continue-token.ts'
import { CHUNK_OBJECTS, Turns } from './cooperate.ts'
import type { Envelopes } from './envelope.ts'
import { KeptObject } from './kept-object.ts'
import type { KindCache } from './kind-cache.ts'
import type { ListRequest, StoredList } from './registry.ts'
import { checkListVersions, parseRevision, reachRevision } from './revision.ts'
import type { Selection } from './selection.ts'
import type { StoreCache } from './store-cache.ts'
import { objectKeyOf, storeKey, storePrefix } from './store-key.ts'

export interface ListSource {
  readonly cache: StoreCache
  readonly kindCache: KindCache
  readonly envelopes: Envelopes
  readonly clock: Clock
}

interface Page {
  readonly items: readonly KeptObject[]
  /** Undefined: this was the last page. */
  readonly next: string | undefined
  /** Objects behind this page; undefined when a selector makes it unknown. */
  readonly remaining: number | undefined
}

/**
 * One page of a list (all of it without a limit), in key order, from memory. Pages after the first are served as of
 * the first one's revision: from memory while nothing of the kind has changed since, else from the store's history.
 */
export async function listObjects(
  source: ListSource,
  namespace: string | undefined,
  request: ListRequest,
  selection: Selection,
): Promise<StoredList> {
  checkListVersions(request)
  const prefix = storePrefix(source.kindCache.kind, namespace)
  const token = request.continue ? parseContinue(request.continue, prefix) : await firstPage(source, request)
  checkDamage(source.cache, prefix)
  if (token.revision !== undefined && token.revision > source.cache.revision) {
    throw apiError('BadRequest', 'continue key is not valid: its revision has not happened yet')
  }
  const revision = token.revision ?? source.cache.revision
  const limit = Math.max(0, request.limit ?? 0) || Number.POSITIVE_INFINITY
  const place: Place = { namespace, prefix, revision, limit, after: token.after, selection }
  const page =
    source.kindCache.changedAt <= revision ? await pageFromCache(source, place) : await pageFromStore(source, place)
  return {
    items: page.items,
    revision,
    ...(page.next !== undefined && { continue: formatContinue({ revision, after: page.next }, prefix) }),
    ...(page.next !== undefined && page.remaining !== undefined && { remainingItemCount: page.remaining }),
  }
}

interface Place {
  readonly namespace: string | undefined
  readonly prefix: string
  readonly revision: number
  readonly limit: number
  /** Empty: from the beginning. */
  readonly after: string
  readonly selection: Selection
}

async function firstPage(source: ListSource, request: ListRequest): Promise<ContinueToken> {
  const wanted = parseRevision(request.resourceVersion)
  if (wanted !== undefined && wanted > 0) await reachRevision(source.cache, wanted)
  return { revision: request.resourceVersionMatch === 'Exact' ? wanted : undefined, after: '' }
}

/** The keys are gathered in one go, so that they are as of one revision; looking at the objects may take turns. */
async function pageFromCache(source: ListSource, place: Place): Promise<Page> {
  const { namespace, selection } = place
  if (selection.name !== undefined && (namespace !== undefined || !source.kindCache.kind.namespaced)) {
    return pageOfOne(source.kindCache, place, selection.name)
  }
  const all = source.kindCache.inOrder(namespace, place.after || undefined)
  return selection.everything ? cutPage(source.kindCache, all, place) : selectPage(source, [...all], place)
}

function pageOfOne(cache: KindCache, { namespace, selection }: Place, name: string): Page {
  const found = cache.get({ name, ...(namespace !== undefined && { namespace }) })
  return { items: found && selection.matches(found) ? [found] : [], next: undefined, remaining: undefined }
}

function cutPage(cache: KindCache, all: Iterable<KeptObject>, { namespace, limit }: Place): Page {
  const items: KeptObject[] = []
  for (const object of all) {
    if (items.length === limit) {
      const next = lastKey(items)!
      return { items, next, remaining: cache.countAfter(namespace, next) }
    }
    items.push(object)
  }
  return { items, next: undefined, remaining: undefined }
}

async function selectPage(source: ListSource, all: readonly KeptObject[], { selection, limit }: Place): Promise<Page> {
  const items: KeptObject[] = []
  const turns = new Turns(source.clock)
  for (const object of all) {
    if (turns.isOver()) await turns.next()
    if (!selection.matches(object)) continue
    if (items.length === limit) return { items, next: lastKey(items), remaining: undefined }
    items.push(object)
  }
  return { items, next: undefined, remaining: undefined }
}

/** Reads history a chunk at a time until the page is full. */
async function pageFromStore(source: ListSource, place: Place): Promise<Page> {
  const { kind } = source.kindCache
  const items: KeptObject[] = []
  let after = place.after
  try {
    for (;;) {
      const range = await source.cache.store.range(place.prefix, {
        revision: place.revision,
        limit: CHUNK_OBJECTS,
        ...(after !== '' && { after }),
      })
      for (const [at, kv] of range.kvs.entries()) {
        const object = keptFrom(source, kind, kv.key, kv.modRevision, kv.value)
        if (!place.selection.matches(object)) continue
        if (items.length === place.limit)
          return { items, next: lastKey(items), remaining: remainingOf(place, range.kvs.length - at, range.more) }
        items.push(object)
      }
      const last = range.kvs.at(-1)
      if (!range.more || last === undefined) return { items, next: undefined, remaining: undefined }
      after = last.key
    }
  } catch (error) {
    throw error instanceof StoreError && error.code === 'compacted' ? expired(place, after) : error
  }
}

/** Counting what lies behind this chunk would read it all: then it is left out, which Kubernetes allows. */
function remainingOf({ selection }: Place, inChunk: number, more: boolean): number | undefined {
  return selection.everything && !more ? inChunk : undefined
}

function keptFrom(source: ListSource, kind: Kind, key: string, revision: number, value: Uint8Array): KeptObject {
  return new KeptObject(kind, objectKeyOf(kind, key), revision, source.envelopes.unwrap(key, value))
}

function lastKey(items: readonly KeptObject[]): string | undefined {
  const last = items.at(-1)
  return last && storeKey(last.kind, last.key)
}

/** 410; its token goes on after the last key in whatever is there now. */
function expired({ prefix, after }: Place, reached: string) {
  const error = apiError(
    'Expired',
    after === ''
      ? 'The resourceVersion for the provided list is too old.'
      : 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  )
  if (after === '') return error
  const next = formatContinue({ revision: undefined, after: reached }, prefix)
  return new ApiError({ ...error.status, metadata: { continue: next } })
}

/** What cannot be read is never silently left out of a list. */
function checkDamage(cache: StoreCache, prefix: string): void {
  for (const [key, why] of cache.damaged) {
    if (key.startsWith(prefix)) throw apiError('InternalError', `${why}; restore it from a backup, or delete the key`)
  }
}
