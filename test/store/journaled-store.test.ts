import test from 'ava'
import type { Journal, JournalRecord } from '../../src/store/journal.ts'
import { JournaledStore } from '../../src/store/journaled-store.ts'
import type { KeyValue } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store.ts'

/** Fails the first commit; `keeps`: although the bytes are there. */
class FailingJournal implements Journal {
  readonly #kvs = new Map<string, KeyValue>()
  readonly #keeps: boolean
  #revision = 0
  #commits = 0

  constructor(keeps: boolean) {
    this.#keeps = keeps
  }

  async load() {
    return { revision: this.#revision, kvs: [...this.#kvs.values()] }
  }

  async commit(batch: readonly JournalRecord[]) {
    const isFirst = this.#commits++ === 0
    if (isFirst && !this.#keeps) throw new Error('input/output error')
    for (const record of batch) {
      for (const kv of record.puts) this.#kvs.set(kv.key, kv)
      this.#revision = record.revision
    }
    if (isFirst) throw new Error('input/output error')
  }

  async close() {}
}

function put(store: JournaledStore, key: string) {
  return store.txn({
    compares: [{ key, modRevision: 0 }],
    operations: [{ type: 'put', key, value: new Uint8Array([1]) }],
  })
}

for (const keeps of [true, false]) {
  test(`whoever is told of an unknown outcome reads what ${keeps ? 'did' : 'did not'} happen`, async t => {
    const store = await JournaledStore.open(new FailingJournal(keeps))
    const error = await t.throwsAsync(put(store, 'a'), { instanceOf: StoreError })
    t.is(error.code, 'unknown-outcome')
    t.is((await store.get('a')).kv !== undefined, keeps)
    const again = await put(store, 'a')
    t.is(again.succeeded, !keeps)
    t.true((await put(store, 'b')).succeeded)
  })
}
