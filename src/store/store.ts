/**
 * The live store: etcd's model and nothing more. Keys are strings ordered by their UTF-8 bytes, values are bytes; the
 * store knows no kind. Every implementation passes `test/conformance/store`.
 *
 * The contract beyond the types:
 * - A write is visible (to get, range, watch, and to another write's compare result) only once it is durable.
 * - Compares are judged against committed plus queued writes. If a batch fails, every write queued on it rejects with
 *   `unknown-outcome`: it may or may not have happened.
 * - Revisions grow by one per successful writing transaction. One that anybody has seen is never given out again, also
 *   not after a crash or a restore.
 * - Events of one revision arrive together, in key order; revisions arrive in order, none twice, none left out.
 * - A value over 1.5 MiB or a transaction of over 128 operations is refused with `too-large`.
 */
export interface Store {
  /** The newest visible revision; 0 in an empty store. */
  readonly revision: number
  /** The value at `revision` (newest when left out) and the revision it was read at. */
  get(key: string, options?: { readonly revision?: number }): Promise<GetResult>
  /** Keys that start with `prefix`, in key order. */
  range(prefix: string, options?: RangeOptions): Promise<RangeResult>
  /** All compares and operations as one atomic step. */
  txn(txn: Txn): Promise<TxnResult>
  /**
   * Delivers every event of keys that start with `prefix` with a revision >= `fromRevision`, first the past ones and
   * then as they become durable. Past events that are still kept are delivered before this resolves to live ones; when
   * `fromRevision` is at or below the compacted revision, `onEnd` is called with a `compacted` error.
   */
  watch(prefix: string, fromRevision: number, watcher: StoreWatcher): StoreWatch
  /** Forgets what was replaced or deleted at or before `revision`. Reads and watches below it fail as `compacted`. */
  compact(revision: number): Promise<void>
  /** Everything as of one revision, in key order. */
  snapshot(): Promise<StoreSnapshot>
  /** Waits for queued writes, then releases everything. Later calls reject with `closed`. */
  close(): Promise<void>
}

export interface KeyValue {
  readonly key: string
  readonly value: Uint8Array
  readonly createRevision: number
  readonly modRevision: number
}

export interface GetResult {
  readonly revision: number
  readonly kv: KeyValue | undefined
}

export interface RangeOptions {
  /** At most this many; all when left out. */
  readonly limit?: number
  /** Only keys that sort after this one. */
  readonly after?: string
  /** Read as of this revision; `compacted` or `future-revision` when that cannot be. */
  readonly revision?: number
}

export interface RangeResult {
  readonly revision: number
  readonly kvs: readonly KeyValue[]
  /** True when `limit` cut the answer. */
  readonly more: boolean
  /** Keys in the whole range, whatever the limit. */
  readonly count: number
}

export interface Txn {
  /** True when every named key's mod revision is the one given; 0 means "does not exist". */
  readonly compares: readonly Compare[]
  /** Done when every compare holds; each key at most once. */
  readonly operations: readonly Operation[]
  /** Keys to read when a compare fails. */
  readonly readOnFailure?: readonly string[]
}

export interface Compare {
  readonly key: string
  readonly modRevision: number
}

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string }

export interface TxnResult {
  readonly succeeded: boolean
  /** The revision of this write, or the newest visible one when nothing was written. */
  readonly revision: number
  /** Keys whose compare failed (empty when it succeeded). */
  readonly failed: readonly string[]
  /** What stood under `readOnFailure` when it failed, in that order. */
  readonly values: readonly (KeyValue | undefined)[]
}

export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly revision: number
  readonly key: string
  /** Equal to `revision`. */
  readonly modRevision: number
  readonly createRevision: number
  /** Undefined for a delete. */
  readonly value: Uint8Array | undefined
  /** What stood there before. */
  readonly previous: KeyValue | undefined
}

export interface StoreWatcher {
  /** All events of one revision. Called synchronously when the revision becomes visible; must not throw. */
  onEvents(revision: number, events: readonly StoreEvent[]): void
  /** The watch ended by itself (compacted, closed, connection lost); called at most once, never after `cancel`. */
  onEnd(error: StoreError): void
}

export interface StoreWatch {
  cancel(): void
}

export interface StoreSnapshot {
  readonly revision: number
  readonly kvs: readonly KeyValue[]
}

export type StoreErrorCode =
  | 'compacted'
  | 'future-revision'
  | 'too-large'
  | 'full'
  | 'unknown-outcome'
  | 'unavailable'
  | 'corrupt'
  | 'closed'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const STORE_VALUE_BYTES_MAX = 1.5 * 1024 * 1024
export const STORE_TXN_OPERATIONS_MAX = 128
