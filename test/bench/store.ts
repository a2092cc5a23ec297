import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts'
import type { Benchmark } from './figure.ts'
import { figure } from './figure.ts'
import { ratesInTurns } from './rates-in-turns.ts'
import { openRawSqlite } from './raw-sqlite.ts'

const VALUE_BYTES = 1536

/** Durable creates in process beside raw SQLite (WAL, synchronous=FULL) with one insert a transaction. */
export const benchmark: Benchmark = async function* () {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const value = new Uint8Array(VALUE_BYTES).fill(120)
  const raw = openRawSqlite(directory)
  try {
    const store = await openEmbeddedStore({ directory: join(directory, 'store'), revisionFloor: 0 })
    const create = (at: number) => {
      const key = `/bench/${at}`
      return store.txn({ compares: [{ key, modRevision: 0 }], operations: [{ type: 'put', key, value }] })
    }
    const rates = await ratesInTurns([
      { clients: 1, times: 2_000, work: async () => raw.insert(value) },
      { clients: 1, times: 2_000, work: create },
      { clients: 64, times: 20_000, work: at => create(at + 1_000_000) },
    ])
    const reference = ['raw SQLite, 1 a transaction', rates[0]!] as const
    yield figure('store: durable creates, 1 client', rates[1]!, '/s', reference)
    yield figure('store: durable creates, 64 clients', rates[2]!, '/s', reference)
    await store.close()
  } finally {
    raw.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
