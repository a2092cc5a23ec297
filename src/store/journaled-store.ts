import type { Journal, JournalRecord } from './journal.ts'
import { compareKeys } from './key-order.ts'
import { RevisionIndex } from './revision-index.ts'
import type {
  Compare,
  KeyValue,
  RangeOptions,
  Store,
  StoreEvent,
  StoreWatch,
  StoreWatcher,
  Txn,
  TxnResult,
} from './store.ts'
import { STORE_TXN_OPERATIONS_MAX, STORE_VALUE_BYTES_MAX, StoreError } from './store.ts'

export interface HistoryLimits {
  /** Revisions kept for watches and paged reads. */
  readonly revisions: number
  /** Bytes of replaced values kept for them. */
  readonly bytes: number
}

const DEFAULT_HISTORY: HistoryLimits = { revisions: 20_000, bytes: 64 * 1024 * 1024 }
/** History is forgotten this many revisions at a time, so that no single step is long. */
const COMPACTION_STEP = 1_000
const QUEUED_WRITES_MAX = 10_000
const QUEUED_BYTES_MAX = 64 * 1024 * 1024
const BATCH_WRITES_MAX = 512

interface QueuedWrite {
  readonly record: JournalRecord
  readonly events: readonly StoreEvent[]
  readonly bytes: number
  readonly resolve: (result: TxnResult) => void
  readonly reject: (error: StoreError) => void
}

interface QueuedState {
  readonly revision: number
  /** Undefined: a queued delete. */
  readonly kv: KeyValue | undefined
}

interface Watching {
  readonly prefix: string
  readonly watcher: StoreWatcher
  /** The next revision to deliver. */
  next: number
}

/**
 * The core that the memory and the embedded store share: order, compares, visibility and watches in memory, durability
 * behind a Journal. While one batch is being made durable the next one collects.
 */
export class JournaledStore implements Store {
  readonly #journal: Journal
  readonly #history: HistoryLimits
  #index: RevisionIndex
  /** The newest queued write of each key that is not durable yet. */
  readonly #queuedKeys = new Map<string, QueuedState>()
  #queue: QueuedWrite[] = []
  #queuedBytes = 0
  #inFlight: QueuedWrite[] = []
  #nextRevision: number
  #flushing: Promise<void> | undefined
  #broken = false
  #closed = false
  readonly #watches = new Set<Watching>()

  static async open(journal: Journal, history: HistoryLimits = DEFAULT_HISTORY): Promise<JournaledStore> {
    const state = await journal.load()
    return new JournaledStore(journal, history, new RevisionIndex(state.revision, state.kvs))
  }

  private constructor(journal: Journal, history: HistoryLimits, index: RevisionIndex) {
    this.#journal = journal
    this.#history = history
    this.#index = index
    this.#nextRevision = index.revision + 1
  }

  get revision(): number {
    return this.#index.revision
  }

  async get(key: string, options: { readonly revision?: number } = {}) {
    this.#checkOpen()
    return { revision: options.revision ?? this.#index.revision, kv: this.#index.at(key, options.revision) }
  }

  async range(prefix: string, options: RangeOptions = {}) {
    this.#checkOpen()
    return this.#index.range(prefix, options)
  }

  async txn(txn: Txn): Promise<TxnResult> {
    this.#checkOpen()
    checkSize(txn)
    if (this.#broken) await this.#recover()
    const failed = txn.compares.filter(compare => this.#queuedRevision(compare.key) !== compare.modRevision)
    if (failed.length > 0) return this.#refuse(txn, failed)
    if (txn.operations.length === 0) return this.#succeedWithoutWriting(txn)
    return this.#enqueue(txn)
  }

  watch(prefix: string, fromRevision: number, watcher: StoreWatcher): StoreWatch {
    this.#checkOpen()
    const watching: Watching = { prefix, watcher, next: fromRevision }
    this.#watches.add(watching)
    queueMicrotask(() => this.#deliver(watching))
    return { cancel: () => this.#watches.delete(watching) }
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen()
    this.#index.compact(revision)
  }

  async snapshot() {
    this.#checkOpen()
    return this.#index.range('', {})
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    while (this.#flushing !== undefined) await this.#flushing
    this.#endWatches(new StoreError('closed', 'the store was closed'))
    await this.#journal.close()
  }

  /** Mod revision of a key, queued writes included; 0 when it does not exist. */
  #queuedRevision(key: string): number {
    return this.#queuedValue(key)?.modRevision ?? 0
  }

  #queuedValue(key: string): KeyValue | undefined {
    const queued = this.#queuedKeys.get(key)
    return queued === undefined ? this.#index.newest(key) : queued.kv
  }

  /** A refusal that rests on a queued write must not be told before that write is durable. */
  async #refuse(txn: Txn, failed: readonly Compare[]): Promise<TxnResult> {
    while (failed.some(({ key }) => this.#queuedKeys.has(key)) && this.#flushing !== undefined) await this.#flushing
    const stillFailed = txn.compares.filter(compare => this.#queuedRevision(compare.key) !== compare.modRevision)
    if (stillFailed.length === 0) return this.txn(txn)
    return {
      succeeded: false,
      revision: this.#index.revision,
      failed: stillFailed.map(({ key }) => key),
      values: (txn.readOnFailure ?? []).map(key => this.#index.newest(key)),
    }
  }

  async #succeedWithoutWriting(txn: Txn): Promise<TxnResult> {
    while (txn.compares.some(({ key }) => this.#queuedKeys.has(key)) && this.#flushing !== undefined) {
      await this.#flushing
    }
    return { succeeded: true, revision: this.#index.revision, failed: [], values: [] }
  }

  #enqueue(txn: Txn): Promise<TxnResult> {
    const bytes = txn.operations.reduce((sum, each) => sum + (each.type === 'put' ? each.value.byteLength : 0), 0)
    if (this.#queue.length >= QUEUED_WRITES_MAX || this.#queuedBytes + bytes > QUEUED_BYTES_MAX) {
      throw new StoreError('full', 'too many writes are waiting for the disk; try again later')
    }
    const { record, events } = this.#prepare(txn)
    if (record === undefined) return this.#succeedWithoutWriting(txn)
    this.#nextRevision = record.revision + 1
    for (const kv of record.puts) this.#queuedKeys.set(kv.key, { revision: record.revision, kv })
    for (const key of record.deletes) this.#queuedKeys.set(key, { revision: record.revision, kv: undefined })
    this.#queuedBytes += bytes
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, events, bytes, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Turns operations into a record and its events. Deleting what does not exist is no event. */
  #prepare(txn: Txn): { record: JournalRecord | undefined; events: readonly StoreEvent[] } {
    const revision = this.#nextRevision
    const events: StoreEvent[] = []
    for (const operation of txn.operations) {
      const previous = this.#queuedValue(operation.key)
      if (operation.type === 'delete' && previous === undefined) continue
      events.push({
        type: operation.type,
        revision,
        key: operation.key,
        modRevision: revision,
        createRevision: operation.type === 'put' ? (previous?.createRevision ?? revision) : previous!.createRevision,
        value: operation.type === 'put' ? operation.value : undefined,
        previous,
      })
    }
    if (events.length === 0) return { record: undefined, events }
    events.sort((a, b) => compareKeys(a.key, b.key))
    return { record: recordOf(revision, events), events }
  }

  async #flush(): Promise<void> {
    // One turn of the microtask queue gathers what the same caller writes at once.
    await undefined
    while (this.#queue.length > 0) {
      this.#inFlight = this.#queue.splice(0, BATCH_WRITES_MAX)
      try {
        await this.#journal.commit(this.#inFlight.map(write => write.record))
      } catch (error) {
        await this.#fail(error)
        continue
      }
      const written = this.#inFlight
      this.#inFlight = []
      for (const write of written) this.#makeVisible(write)
      for (const write of written) write.resolve(succeededAt(write.record.revision))
      this.#forgetOldHistory()
    }
    this.#flushing = undefined
  }

  #makeVisible(write: QueuedWrite): void {
    this.#queuedBytes -= write.bytes
    this.#index.apply({ revision: write.record.revision, events: write.events })
    for (const { key, revision } of write.events) {
      if (this.#queuedKeys.get(key)?.revision === revision) this.#queuedKeys.delete(key)
    }
    for (const watching of this.#watches) this.#deliver(watching)
  }

  #deliver(watching: Watching): void {
    if (!this.#watches.has(watching)) return
    const entries = this.#index.logFrom(watching.next)
    if (entries === undefined) {
      this.#watches.delete(watching)
      const floor = this.#index.compactedRevision
      const message = `revision ${watching.next} is compacted; watch from ${floor + 1} or later`
      watching.watcher.onEnd(new StoreError('compacted', message))
      return
    }
    for (const { revision, events } of entries) {
      if (!this.#watches.has(watching)) return
      watching.next = revision + 1
      const wanted = events.filter(event => event.key.startsWith(watching.prefix))
      if (wanted.length > 0) watching.watcher.onEvents(revision, wanted)
    }
  }

  /**
   * Nobody knows whether the batch is durable: we look, then everything on it and behind it is told so. In this order,
   * because whoever is told reads again before it repeats itself, and must then find what did happen.
   */
  async #fail(cause: unknown): Promise<void> {
    this.#broken = true
    const error = new StoreError('unknown-outcome', 'the write may or may not have happened: the disk failed', {
      cause,
    })
    const lost = [...this.#inFlight, ...this.#queue]
    this.#queue = []
    this.#queuedKeys.clear()
    this.#queuedBytes = 0
    await this.#recover().catch(() => {})
    for (const write of lost) write.reject(error)
  }

  /** Reads what is durable and goes on from there. What the failed batch did write becomes visible now. */
  async #recover(): Promise<void> {
    try {
      const { revision } = await this.#journal.load()
      if (!this.#broken) return
      for (const write of this.#inFlight)
        if (write.record.revision <= revision) this.#makeVisible({ ...write, bytes: 0 })
      this.#inFlight = []
      this.#nextRevision = this.#index.revision + 1
      this.#broken = false
    } catch (cause) {
      throw new StoreError('unavailable', 'the store cannot be written: its disk failed', { cause })
    }
  }

  #forgetOldHistory(): void {
    const { revisions, bytes } = this.#history
    if (this.#index.logLength > revisions + COMPACTION_STEP) this.#index.compact(this.#index.revision - revisions)
    else if (this.#index.logBytes > bytes && this.#index.logLength > 1) {
      this.#index.compact(this.#index.revision - (this.#index.logLength >> 1))
    }
  }

  #endWatches(error: StoreError): void {
    for (const { watcher } of this.#watches) watcher.onEnd(error)
    this.#watches.clear()
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed')
  }
}

function recordOf(revision: number, events: readonly StoreEvent[]): JournalRecord {
  const puts = events.flatMap(({ key, value, createRevision, modRevision }) =>
    value === undefined ? [] : [{ key, value, createRevision, modRevision }],
  )
  return { revision, puts, deletes: events.filter(event => event.type === 'delete').map(event => event.key) }
}

function succeededAt(revision: number): TxnResult {
  return { succeeded: true, revision, failed: [], values: [] }
}

function checkSize({ operations }: Txn): void {
  if (operations.length > STORE_TXN_OPERATIONS_MAX) {
    throw new StoreError(
      'too-large',
      `a transaction of ${operations.length} operations; at most ${STORE_TXN_OPERATIONS_MAX}`,
    )
  }
  for (const operation of operations) {
    if (operation.type === 'put' && operation.value.byteLength > STORE_VALUE_BYTES_MAX) {
      const size = operation.value.byteLength
      throw new StoreError(
        'too-large',
        `the value of ${operation.key} is ${size} bytes; at most ${STORE_VALUE_BYTES_MAX}`,
      )
    }
  }
}
