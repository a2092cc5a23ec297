import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts'
import type { Benchmark } from './figure.ts'
import { figure, ratePerSecond } from './figure.ts'

const VALUE_BYTES = 1536

/** Durable creates beside raw SQLite (WAL, synchronous=FULL) with one insert a transaction. */
export const benchmark: Benchmark = async function* () {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const value = new Uint8Array(VALUE_BYTES).fill(120)
  try {
    const raw = rawSqliteRate(directory, value)
    const store = await openEmbeddedStore({ directory: join(directory, 'store'), revisionFloor: 0 })
    const create = (key: string) =>
      store.txn({ compares: [{ key, modRevision: 0 }], operations: [{ type: 'put', key, value }] })
    const single = await ratePerSecond(3_000, 1, at => create(`/one/${at}`))
    yield figure('store: durable creates, 1 client', single, '/s', ['raw SQLite, 1 a transaction', raw])
    const many = await ratePerSecond(30_000, 64, at => create(`/many/${at}`))
    yield figure('store: durable creates, 64 clients', many, '/s', ['raw SQLite, 1 a transaction', raw])
    await store.close()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function rawSqliteRate(directory: string, value: Uint8Array): number {
  const database = new DatabaseSync(join(directory, 'raw.db'))
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE kv (key TEXT PRIMARY KEY, value BLOB)')
  const insert = database.prepare('INSERT INTO kv VALUES (?, ?)')
  const times = 3_000
  const start = performance.now()
  for (let at = 0; at < times; at++) insert.run(`/raw/${at}`, value)
  const rate = times / ((performance.now() - start) / 1000)
  database.close()
  return rate
}
