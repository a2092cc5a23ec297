import type { Kind, KindVersion } from '../api/kind.ts'
import type { KindRegistry, ServedKind } from '../api/kind-registry.ts'
import type { KubeObject, ObjectKey } from '../api/object.ts'
import type { Client, DeleteOptions, Fence, Identity } from '../client/client.ts'

/**
 * Object semantics over the store: what `src/server` speaks to for every request, and what the in-process Client wraps.
 * One write path for every verb and every caller. Every method throws ApiError.
 */
export interface Registry {
  readonly kinds: KindRegistry
  /** The in-process Client, acting as `identity`. */
  client(identity: Identity): Client
  get(context: RequestContext, target: ObjectTarget, options: ReadOptions): Promise<StoredObject>
  list(context: RequestContext, target: CollectionTarget, options: ListRequest): Promise<StoredList>
  /** Throws before the first event when the request is wrong or too old; afterwards `sink.end` says why it ended. */
  watch(context: RequestContext, target: CollectionTarget, options: WatchRequest, sink: WatchSink): Promise<WatchHandle>
  create(context: RequestContext, target: CollectionTarget | ObjectTarget, body: RequestBody): Promise<StoredObject>
  update(context: RequestContext, target: ObjectTarget, body: RequestBody): Promise<WriteResult>
  patch(context: RequestContext, target: ObjectTarget, patch: PatchRequest): Promise<WriteResult>
  delete(context: RequestContext, target: ObjectTarget, options: DeleteOptions): Promise<DeleteResult>
  deleteCollection(
    context: RequestContext,
    target: CollectionTarget,
    options: DeleteOptions & ListRequest,
  ): Promise<StoredList>
}

/** Everything about a request that is not its target or its body. */
export interface RequestContext {
  readonly user: Identity
  /** Given, or taken from the User-Agent up to the first `/`. */
  readonly fieldManager: string
  readonly dryRun: boolean
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  /** `client`: somebody outside; `loop`: our own controllers; `sync`: the sync engine's apply. */
  readonly origin: 'client' | 'loop' | 'sync'
  readonly fence?: Fence
  /** Adds a `Warning:` text to the answer. */
  warn(text: string): void
}

export interface CollectionTarget {
  readonly served: ServedKind
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string
}

export interface ObjectTarget extends CollectionTarget {
  readonly name: string
  readonly subresource?: string
}

export type ReadOptions = { readonly resourceVersion?: string }

export interface ListRequest {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

export interface WatchRequest {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
  readonly allowBookmarks: boolean
  readonly sendInitialEvents?: boolean
}

/** One object at one revision. Immutable and shared: never change what `object` returns. */
export interface StoredObject {
  readonly kind: Kind
  readonly key: ObjectKey
  /** Its resourceVersion. */
  readonly revision: number
  /** Parsed, frozen, in the storage version, resourceVersion included; made on first use. */
  object(): Readonly<KubeObject>
  /** UTF-8 JSON in the given version, resourceVersion included. Encoded at most once per version; do not change it. */
  json(version: KindVersion): Uint8Array
  /** The same bytes in pieces that follow each other, for whoever copies them anyway. */
  jsonParts(version: KindVersion): readonly Uint8Array[]
}

export interface StoredList {
  readonly items: readonly StoredObject[]
  readonly revision: number
  readonly continue?: string
  readonly remainingItemCount?: number
}

export interface WatchSink {
  /** Synchronous, must not throw. For DELETED the object carries the revision of the deletion. */
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StoredObject): void
  bookmark(revision: number, initialEventsEnd: boolean): void
  /** The last call. Undefined: ended cleanly. */
  end(error: Error | undefined): void
}

export interface WatchHandle {
  /**
   * Everything up to here was delivered: what a bookmark sent by the caller (before it ends a watch) may carry. 0 while
   * the watcher is still being given what existed before: send none then.
   */
  readonly revision: number
  /** Ends it without a call of `end`. */
  stop(): void
}

export type RequestBody =
  | { readonly mediaType: string; readonly bytes: Uint8Array }
  /** Already decoded, by a caller inside this process. Not changed. */
  | { readonly object: unknown }

export type PatchRequest =
  | { readonly type: 'json' | 'merge' | 'strategic'; readonly body: RequestBody }
  | { readonly type: 'apply'; readonly body: RequestBody; readonly force: boolean }

export interface WriteResult {
  readonly object: StoredObject
  /** 201 instead of 200. */
  readonly created: boolean
}

export type DeleteResult =
  /** It is gone. */
  | { readonly gone: StoredObject }
  /** Finalizers or grace keep it for now. */
  | { readonly remaining: StoredObject }
