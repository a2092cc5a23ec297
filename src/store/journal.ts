import type { KeyValue } from './store.ts'

/**
 * Port: where a store's writes become durable. One batch at a time: the next one is handed over only after the last
 * one's promise settled.
 */
export interface Journal {
  /** What is durable now. Called at start, and again after a failed commit to learn what became of it. */
  load(): Promise<JournalState>
  /** Resolves once every record is durable. A rejection means: nobody knows. */
  commit(batch: readonly JournalRecord[]): Promise<void>
  close(): Promise<void>
}

export interface JournalState {
  readonly revision: number
  readonly kvs: readonly KeyValue[]
}

/** One revision: what it puts and deletes. */
export interface JournalRecord {
  readonly revision: number
  readonly puts: readonly KeyValue[]
  readonly deletes: readonly string[]
}

/** Keeps nothing: for a store that lives and dies with its process. */
export function volatileJournal(initialRevision = 0): Journal {
  return {
    load: async () => ({ revision: initialRevision, kvs: [] }),
    commit: async () => {},
    close: async () => {},
  }
}
