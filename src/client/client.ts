import type { Kind } from '../api/kind.ts'
import type { KindRegistry } from '../api/kind-registry.ts'
import type { DeepReadonly, Json, KubeObject, ObjectKey } from '../api/object.ts'

/**
 * The only door to objects for every loop and agent. Two implementations pass one suite (`test/conformance/client`):
 * in process (`src/registry`: same authorization, admission and validation, no HTTP, no copy) and over HTTPS.
 *
 * Objects come in the kind's storage version, frozen. Every method throws ApiError with the server's Status.
 * A write resolves only after reads of the same process see it.
 */
export interface Client {
  /** Kinds this server serves, to act on objects whose kind is only known at run time. */
  readonly kinds: KindRegistry
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: GetOptions): Promise<DeepReadonly<T>>
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>>
  /** Events after `resourceVersion`, in order, none lost; without one, first ADDED for everything there is. */
  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions, watcher: ObjectWatcher<T>): ObjectWatch
  create<T extends KubeObject>(kind: Kind<T>, object: NewObject<T>, options?: WriteOptions): Promise<DeepReadonly<T>>
  /** Replaces; with metadata.resourceVersion only if it is still the newest. */
  update<T extends KubeObject>(kind: Kind<T>, object: DeepReadonly<T>, options?: WriteOptions): Promise<DeepReadonly<T>>
  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<DeepReadonly<T>>
  /** Server-side apply: `object` holds exactly the fields that `options.fieldManager` wants to own. */
  apply<T extends KubeObject>(kind: Kind<T>, object: NewObject<T>, options: ApplyOptions): Promise<DeepReadonly<T>>
  /** Resolves with what still exists (finalizers, grace), or undefined when it is gone. */
  delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: DeleteOptions,
  ): Promise<DeepReadonly<T> | undefined>
  /** The same server as somebody else: authorization is theirs. In-process only; over HTTPS it rejects. */
  as(identity: Identity): Client
  /** Every write carries the fence: it fails with Conflict once the lease has another holder. */
  withFence(fence: Fence): Client
}

/** Who asks. `user` as in `system:node:node-1`; groups as in `system:nodes`. */
export interface Identity {
  readonly user: string
  readonly uid?: string
  readonly groups: readonly string[]
}

/** A held lease: its key and the holder that must still be on it when a write commits. */
export interface Fence {
  readonly namespace: string
  readonly name: string
  readonly holder: string
}

export type NewObject<T extends KubeObject> = DeepReadonly<Omit<T, 'metadata'>> & {
  readonly metadata: DeepReadonly<Partial<T['metadata']>>
}

export interface ObjectList<T extends KubeObject> {
  readonly items: readonly DeepReadonly<T>[]
  /** Start a watch here. */
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

export interface GetOptions {
  /** 'cache' (default): this process's memory, which holds its own writes; 'latest': whatever any process wrote. */
  readonly consistency?: 'cache' | 'latest'
}

export interface Selection {
  /** All namespaces when left out. */
  readonly namespace?: string
  /** Kubernetes syntax, e.g. `app=hello,tier in (web,api)`. */
  readonly labelSelector?: string
  /** Kubernetes syntax, e.g. `spec.nodeName=node-1`. */
  readonly fieldSelector?: string
}

export interface ListOptions extends Selection, GetOptions {
  readonly limit?: number
  readonly continue?: string
}

export interface WatchOptions extends Selection {
  readonly resourceVersion?: string
  readonly allowBookmarks?: boolean
}

export interface ObjectWatcher<T extends KubeObject> {
  onEvent(event: WatchEvent<T>): void
  /** The watch ended (410 Expired: list again; anything else: watch again). Never called after `stop`. */
  onEnd(error: Error | undefined): void
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: DeepReadonly<T> }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd?: boolean }

export interface ObjectWatch {
  stop(): void
}

export type Patch =
  | { readonly type: 'json'; readonly body: readonly Json[] }
  | { readonly type: 'merge' | 'strategic'; readonly body: Json }

export interface WriteOptions {
  /** `status`, `scale`, `binding`, `finalize`, `eviction`. */
  readonly subresource?: string
  readonly fieldManager?: string
  readonly dryRun?: boolean
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  /** Receives each `Warning:` text. */
  readonly onWarning?: (text: string) => void
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  /** Take fields over from other managers instead of failing with Conflict. */
  readonly force?: boolean
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}
