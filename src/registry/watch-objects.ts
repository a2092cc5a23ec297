import { apiError } from '../api/api-error.ts'
import { FieldErrors } from '../api/field-errors.ts'
import { BoundedQueue } from '../lib/bounded-queue.ts'
import type { Clock } from '../lib/clock.ts'
import { Turns } from './cooperate.ts'
import type { KeptObject } from './kept-object.ts'
import type { KindCache } from './kind-cache.ts'
import type { WatchHandle, WatchRequest, WatchSink } from './registry.ts'
import { parseRevision, reachRevision } from './revision.ts'
import type { Selection } from './selection.ts'
import type { StoreCache } from './store-cache.ts'
import type { KindEvent } from './watch-window.ts'

/** Events that may gather for a watcher while it is still being given the objects that exist. */
const WATCH_BACKLOG_EVENTS_MAX = 10_000

export interface WatchSource {
  readonly cache: StoreCache
  readonly kindCache: KindCache
  readonly clock: Clock
}

type Delivery = () => void

/**
 * One watcher: first what it missed (the objects that exist, or the events after its revision), a chunk at a time,
 * then live. An object that enters the selection is ADDED, one that leaves it is DELETED with its previous state and
 * the revision of the change.
 */
export class ObjectWatcherFeed implements WatchHandle {
  readonly #source: WatchSource
  readonly #namespace: string | undefined
  readonly #selection: Selection
  readonly #sink: WatchSink
  readonly bookmarks: boolean
  #backlog: BoundedQueue<Delivery> | undefined
  #listening: { close(): void } | undefined
  #stopped = false
  #onStop: (() => void) | undefined

  constructor(
    source: WatchSource,
    namespace: string | undefined,
    request: WatchRequest,
    selection: Selection,
    sink: WatchSink,
  ) {
    this.#source = source
    this.#namespace = namespace
    this.#selection = selection
    this.#sink = sink
    this.bookmarks = request.allowBookmarks
  }

  get revision(): number {
    return this.#backlog === undefined ? this.#source.cache.revision : 0
  }

  /** Throws before the first event when the request is wrong or too old. */
  async start(request: WatchRequest, onStop: () => void): Promise<void> {
    checkWatchRequest(request)
    const wanted = parseRevision(request.resourceVersion) ?? 0
    if (wanted > 0) await reachRevision(this.#source.cache, wanted)
    const backlog = new BoundedQueue<Delivery>(WATCH_BACKLOG_EVENTS_MAX + this.#source.kindCache.size)
    for (const delivery of this.#first(wanted, request)) backlog.push(delivery)
    this.#backlog = backlog
    this.#onStop = onStop
    this.#listening = this.#source.kindCache.listen({
      onEvent: event => this.#hear(event),
      onEnd: () => this.end(apiError('Expired', 'this kind has changed; list again')),
    })
    // The first turn at once, so that a short history is complete when the watch is answered.
    const turns = new Turns(this.#source.clock)
    if (!this.#deliverBacklog(turns)) void this.#deliverLater(turns)
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#backlog = undefined
    this.#listening?.close()
    this.#onStop?.()
  }

  /** Ends it from our side. */
  end(error: Error | undefined): void {
    if (this.#stopped) return
    this.stop()
    this.#sink.end(error)
  }

  bookmark(): void {
    if (!this.#stopped && this.#backlog === undefined) this.#sink.bookmark(this.revision, false)
  }

  /** What comes before live events. */
  #first(revision: number, { sendInitialEvents }: WatchRequest): Iterable<Delivery> {
    if (sendInitialEvents ?? revision === 0) return this.#existing(sendInitialEvents === true)
    return revision === 0 ? [] : this.#missed(revision)
  }

  *#existing(withBookmark: boolean): Generator<Delivery> {
    const { cache, kindCache } = this.#source
    const { revision } = cache
    for (const object of kindCache.inOrder(this.#namespace)) {
      yield () => {
        if (this.#selection.matches(object)) this.#sink.event('ADDED', object)
      }
    }
    if (withBookmark) yield () => this.#sink.bookmark(revision, true)
  }

  #missed(revision: number): Delivery[] {
    const events = this.#source.kindCache.window.after(revision)
    if (events === undefined) {
      throw apiError('Expired', `too old resource version: ${revision} (${this.#source.kindCache.window.floor})`)
    }
    return events.map(event => () => this.#deliver(event))
  }

  #hear(event: KindEvent): void {
    if (this.#stopped) return
    if (this.#backlog === undefined) this.#deliver(event)
    else if (!this.#backlog.push(() => this.#deliver(event))) {
      this.end(apiError('Expired', 'too many changes before the watch had sent what exists; list again'))
    }
  }

  async #deliverLater(turns: Turns): Promise<void> {
    do await turns.next()
    while (!this.#deliverBacklog(turns))
  }

  /** True when nothing is left: from now on events are live. False when its turn is over. */
  #deliverBacklog(turns: Turns): boolean {
    while (!this.#stopped && this.#backlog !== undefined && this.#backlog.length > 0) {
      if (turns.isOver()) return false
      this.#backlog.shift()?.()
    }
    this.#backlog = undefined
    return true
  }

  #deliver({ revision, current, previous }: KindEvent): void {
    const after = current !== undefined && this.#selects(current) ? current : undefined
    const before = previous !== undefined && this.#selects(previous) ? previous : undefined
    if (after !== undefined) this.#sink.event(before === undefined ? 'ADDED' : 'MODIFIED', after)
    else if (before !== undefined) this.#sink.event('DELETED', before.at(revision))
  }

  #selects(object: KeptObject): boolean {
    return (
      (this.#namespace === undefined || object.key.namespace === this.#namespace) && this.#selection.matches(object)
    )
  }
}

function checkWatchRequest(request: WatchRequest): void {
  const errors = new FieldErrors()
  const { sendInitialEvents, resourceVersionMatch: match } = request
  if (sendInitialEvents === undefined && match !== undefined) {
    errors.forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    )
  }
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    const field = 'resourceVersionMatch'
    if (match === undefined)
      errors.forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
    else errors.notSupported(field, match, ['NotOlderThan'])
  }
  if (sendInitialEvents === true && !request.allowBookmarks) {
    errors.forbidden('allowWatchBookmarks', 'sendInitialEvents requires allowWatchBookmarks to be true')
  }
  errors.throwIfAny('meta.k8s.io', 'ListOptions', '')
}
