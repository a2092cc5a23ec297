import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The floor of every durable write: SQLite (WAL, synchronous=FULL) with one insert a transaction, in this thread. */
export function openRawSqlite(directory: string): { insert(value: Uint8Array): void; close(): void } {
  const database = new DatabaseSync(join(directory, 'raw.db'))
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE kv (key TEXT PRIMARY KEY, value BLOB)')
  const statement = database.prepare('INSERT INTO kv VALUES (?, ?)')
  let next = 0
  return {
    insert: value => void statement.run(`/raw/${next++}`, value),
    close: () => database.close(),
  }
}
