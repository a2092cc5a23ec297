import { apiError, notFound } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { KindRegistry } from '../api/kind-registry.ts'
import type { Client, DeleteOptions, Identity } from '../client/client.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { answerObject } from './answer-object.ts'
import type { Authorizer } from './authorizer.ts'
import { Turns } from './cooperate.ts'
import { copyJson } from './copy-json.ts'
import type { DeletePath } from './delete-path.ts'
import type { Envelopes } from './envelope.ts'
import type { EventLimits } from './event-limits.ts'
import { authorize } from './forbidden.ts'
import { type ClientRegistry, InProcessClient } from './in-process-client.ts'
import { listObjects } from './list-objects.ts'
import type { ObjectAccess } from './object-access.ts'
import { PodActions } from './pod-actions.ts'
import { reachLatest } from './reach-latest.ts'
import type {
  CollectionTarget,
  DeleteResult,
  ListRequest,
  ObjectTarget,
  PatchRequest,
  ReadOptions,
  RequestBody,
  RequestContext,
  StoredList,
  StoredObject,
  WatchHandle,
  WatchRequest,
  WatchSink,
  WriteResult,
} from './registry.ts'
import { decodeNewObject, requestApply, requestPatch, requestUpdate } from './request-changes.ts'
import type { RequestedChange } from './requested-change.ts'
import { parseRevision, reachRevision } from './revision.ts'
import { compileSelection } from './selection.ts'
import { storeTrouble } from './store-trouble.ts'
import { ObjectWatcherFeed } from './watch-objects.ts'
import { showInVersion, writeFormOf } from './write-form.ts'
import type { WritePath } from './write-path.ts'

/** How often a watcher that asked for bookmarks gets one. */
const BOOKMARK_INTERVAL_MS = 60_000

export interface ObjectRegistryOptions {
  readonly kinds: KindRegistry
  readonly objects: ObjectAccess
  readonly envelopes: Envelopes
  readonly clock: Clock
  readonly authorizer: Authorizer
  readonly writes: WritePath
  readonly deletes: DeletePath
  readonly eventLimits: EventLimits
  /** Closed with the registry, in this order. */
  readonly parts: readonly { close(): void }[]
}

/** Every verb: who asks and for what is judged here, then the read, write or delete path does it. */
export class ObjectRegistry implements ClientRegistry {
  readonly kinds: KindRegistry
  readonly #options: ObjectRegistryOptions
  readonly #watchers = new Set<ObjectWatcherFeed>()
  readonly #podActions: PodActions
  #bookmarkTimer: Timer | undefined
  #closed = false

  constructor(options: ObjectRegistryOptions) {
    this.#options = options
    this.kinds = options.kinds
    this.#podActions = new PodActions(options)
  }

  client(identity: Identity): Client {
    return new InProcessClient(this, identity)
  }

  async catchUp(kind: Kind): Promise<void> {
    await this.#told(() => reachLatest(this.#options.objects.cacheFor(kind), this.#options.clock))
  }

  async parseAll(objects: readonly StoredObject[]): Promise<void> {
    const turns = new Turns(this.#options.clock)
    for (const object of objects) {
      if (turns.isOver()) await turns.next()
      object.object()
    }
  }

  get(context: RequestContext, target: ObjectTarget, options: ReadOptions): Promise<StoredObject> {
    return this.#told(async () => {
      await authorize(this.#options.authorizer, context, { verb: 'get', target })
      await this.#reach(target, options.resourceVersion)
      const { served, name } = target
      const found = this.#options.objects.get(served.kind, target)
      if (found === undefined) throw notFound(served.version.group, served.kind.plural, name)
      return shownBy(target, found)
    })
  }

  list(context: RequestContext, target: CollectionTarget, options: ListRequest): Promise<StoredList> {
    return this.#told(async () => {
      await authorize(this.#options.authorizer, context, { verb: 'list', target, ...fieldSelectorOf(options) })
      return this.#list(target, options)
    })
  }

  watch(
    context: RequestContext,
    target: CollectionTarget,
    options: WatchRequest,
    sink: WatchSink,
  ): Promise<WatchHandle> {
    return this.#told(async () => {
      await authorize(this.#options.authorizer, context, { verb: 'watch', target, ...fieldSelectorOf(options) })
      const { objects, clock } = this.#options
      const { kind } = target.served
      const selection = compileSelection(kind, options)
      const source = { cache: objects.cacheFor(kind), kindCache: objects.kind(kind), clock }
      const feed = new ObjectWatcherFeed(source, target.namespace, options, selection, sink)
      if (this.#closed) throw apiError('ServiceUnavailable', 'the server is shutting down', { retryAfterSeconds: 1 })
      this.#watchers.add(feed)
      this.#scheduleBookmarks()
      try {
        await feed.start(options, () => this.#watchers.delete(feed))
      } catch (error) {
        this.#watchers.delete(feed)
        throw error
      }
      return feed
    })
  }

  create(caller: RequestContext, target: CollectionTarget | ObjectTarget, body: RequestBody): Promise<StoredObject> {
    return this.#told(async () => {
      const context = warningOnce(caller)
      if ('subresource' in target && target.subresource !== undefined) {
        return this.#podActions.create(context, target, body)
      }
      const object = decodeNewObject(context, target, body)
      const { name, namespace } = object.metadata
      const place = target.served.kind.namespaced && namespace ? { namespace } : {}
      await authorize(this.#options.authorizer, context, { verb: 'create', target: { ...target, ...place, name } })
      if (target.served.kind.ephemeral) this.#options.eventLimits.take(context)
      return this.#options.writes.create(context, target.served, object)
    })
  }

  update(caller: RequestContext, target: ObjectTarget, body: RequestBody): Promise<WriteResult> {
    return this.#told(async () => {
      const context = warningOnce(caller)
      const change = requestUpdate(context, target, body)
      await authorize(this.#options.authorizer, context, { verb: 'update', target })
      return this.#change(context, target, change)
    })
  }

  patch(caller: RequestContext, target: ObjectTarget, patch: PatchRequest): Promise<WriteResult> {
    return this.#told(async () => {
      const context = warningOnce(caller)
      const change =
        patch.type === 'apply'
          ? requestApply(context, target, patch, this.#options.clock.now())
          : requestPatch(context, target, patch)
      await authorize(this.#options.authorizer, context, { verb: 'patch', target })
      return this.#change(context, target, change)
    })
  }

  delete(context: RequestContext, target: ObjectTarget, options: DeleteOptions): Promise<DeleteResult> {
    return this.#told(async () => {
      await authorize(this.#options.authorizer, context, { verb: 'delete', target })
      return this.#options.deletes.delete(context, target, options)
    })
  }

  deleteCollection(
    context: RequestContext,
    target: CollectionTarget,
    options: DeleteOptions & ListRequest,
  ): Promise<StoredList> {
    return this.#told(async () => {
      const access = { verb: 'deletecollection', target, ...fieldSelectorOf(options) }
      await authorize(this.#options.authorizer, context, access)
      const found = await this.#list(target, options)
      await this.#options.deletes.deleteAll(context, target, found.items, options)
      return found
    })
  }

  /** Ends watches and timers. The stores stay open: they are the caller's. */
  close(): void {
    this.#closed = true
    this.#bookmarkTimer?.cancel()
    for (const watcher of this.#watchers) watcher.end(undefined)
    for (const part of this.#options.parts) part.close()
  }

  async #change(context: RequestContext, target: ObjectTarget, change: RequestedChange): Promise<WriteResult> {
    if (target.served.kind.ephemeral) this.#options.eventLimits.take(context)
    const { object, created } = await this.#options.writes.change(context, target, change)
    return { object: shownBy(target, object), created }
  }

  async #list(target: CollectionTarget, options: ListRequest): Promise<StoredList> {
    const { objects, envelopes, clock } = this.#options
    const { kind } = target.served
    const selection = compileSelection(kind, options)
    if (!options.continue) await this.#reach(target, options.resourceVersion)
    const source = { cache: objects.cacheFor(kind), kindCache: objects.kind(kind), envelopes, clock }
    return listObjects(source, target.namespace, options, selection)
  }

  /** No resourceVersion: what is newest anywhere; 0: what is here; else at least that one. */
  async #reach({ served }: CollectionTarget, resourceVersion: string | undefined): Promise<void> {
    const wanted = parseRevision(resourceVersion)
    const cache = this.#options.objects.cacheFor(served.kind)
    if (wanted === undefined) await reachLatest(cache, this.#options.clock)
    else await reachRevision(cache, wanted)
  }

  /** One timer for all watchers; none while nobody wants bookmarks. */
  #scheduleBookmarks(): void {
    if (this.#bookmarkTimer !== undefined || ![...this.#watchers].some(watcher => watcher.bookmarks)) return
    this.#bookmarkTimer = this.#options.clock.setTimer(BOOKMARK_INTERVAL_MS, () => {
      this.#bookmarkTimer = undefined
      for (const watcher of this.#watchers) if (watcher.bookmarks) watcher.bookmark()
      this.#scheduleBookmarks()
    })
  }

  /** What the store cannot do reaches the caller as an ApiError too. */
  async #told<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw storeTrouble(error)
    }
  }
}

/** A write that is run again does not repeat its warnings. */
function warningOnce(context: RequestContext): RequestContext {
  const told = new Set<string>()
  return {
    ...context,
    warn(text) {
      if (told.has(text)) return
      told.add(text)
      context.warn(text)
    },
  }
}

/** In the form of the subresource. */
function shownBy({ served, subresource }: ObjectTarget, stored: StoredObject): StoredObject {
  const form = writeFormOf(served, subresource)
  if (form.kind === served.kind.kind) return stored
  const whole = showInVersion(copyJson(stored.object()), served.version)
  return answerObject(served.kind, stored.key, form.show(whole), 'as it is')
}

function fieldSelectorOf({ fieldSelector }: { readonly fieldSelector?: string }) {
  return fieldSelector === undefined ? {} : { fieldSelector }
}
