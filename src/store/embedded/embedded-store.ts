import { mkdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Journal, JournalRecord, JournalState } from '../journal.ts'
import type { HistoryLimits } from '../journaled-store.ts'
import { JournaledStore } from '../journaled-store.ts'
import type { Store, StoreErrorCode } from '../store.ts'
import { StoreError } from '../store.ts'
import type { SqliteReply, SqliteRequest } from './sqlite-worker.ts'

export interface EmbeddedStoreOptions {
  /** Made when missing (0700). Holds `store.db`, its log, and `acknowledged`. */
  readonly directory: string
  /**
   * The first revision is above this. Wiring passes `revisionFloorAt(clock.now())`: then neither a deleted nor a
   * restored store directory gives a revision out twice.
   */
  readonly revisionFloor: number
  readonly history?: HistoryLimits
  /** `FULL` (when left out): a write is synced before it is acknowledged. `NORMAL`: it survives a crash of ours only. */
  readonly synchronous?: 'FULL' | 'NORMAL'
}

/** The default store: SQLite in a worker of its own, order and visibility in memory. */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const journal = new WorkerJournal(options)
  try {
    return await JournaledStore.open(journal, options.history)
  } catch (error) {
    await journal.close()
    throw error
  }
}

/**
 * A revision above all that an earlier store in this place can have given out, as long as it wrote fewer than 1,000
 * revisions per second of its whole life.
 */
export function revisionFloorAt(epochMs: number): number {
  return Math.max(0, Math.floor(epochMs - REVISION_EPOCH_MS))
}

/** 2026-01-01T00:00:00Z. */
const REVISION_EPOCH_MS = 1_767_225_600_000

class WorkerJournal implements Journal {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (reply: SqliteReply) => void; reject: (error: Error) => void }>()
  #nextId = 1
  #ended: Error | undefined

  constructor({ directory, revisionFloor, synchronous = 'FULL' }: EmbeddedStoreOptions) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const url = new URL(`./sqlite-worker.${extension}`, import.meta.url)
    this.#worker = new Worker(url, { workerData: { directory, revisionFloor, synchronous } })
    this.#worker.on('message', (reply: SqliteReply) => this.#settle(reply))
    this.#worker.on('error', error => this.#end(error as Error))
    this.#worker.on('exit', () => this.#end(new Error('the store worker ended')))
  }

  async load(): Promise<JournalState> {
    const { state } = await this.#ask({ id: this.#nextId++, type: 'load' })
    return state!
  }

  async commit(batch: readonly JournalRecord[]): Promise<void> {
    await this.#ask({ id: this.#nextId++, type: 'commit', batch })
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#ask({ id: this.#nextId++, type: 'close' }).catch(() => {})
    await this.#worker.terminate()
  }

  #ask(request: SqliteRequest): Promise<SqliteReply> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended)
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request)
    })
  }

  #settle(reply: SqliteReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.error === undefined) waiting?.resolve(reply)
    else waiting?.reject(new StoreError(storeCode(reply.error.code), reply.error.message))
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** SQLite's own codes (`ERR_SQLITE_ERROR`) all mean: the disk would not. */
function storeCode(code: string): StoreErrorCode {
  return code === 'corrupt' ? 'corrupt' : 'unavailable'
}
