import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { JournalRecord, JournalState } from '../journal.ts'
import type { KeyValue } from '../store.ts'
import { StoreError } from '../store.ts'

/**
 * The embedded store's file: the newest state of every key in SQLite (WAL, synchronous=FULL: a commit returns after
 * the fsync of its bytes). Runs in one worker thread, or inline in tests.
 *
 * Damage is reported, never skipped. SQLite alone ends its log silently at the first bad frame, so two witnesses
 * stand beside it: `meta` holds the number of rows and the sum of their checksums, and the file `acknowledged` holds
 * the newest acknowledged revision (written after each commit, without an fsync of its own: it is exact after a crash
 * of the process, and after a loss of power it may only be too old, which costs detection and never a false alarm).
 */
export class SqliteFile {
  readonly #database: DatabaseSync
  readonly #acknowledged: number
  readonly #put: StatementSync
  readonly #delete: StatementSync
  readonly #read: StatementSync
  readonly #writeMeta: StatementSync
  #rows = 0
  #checksums = 0

  constructor(directory: string, synchronous: 'FULL' | 'NORMAL' = 'FULL') {
    const path = join(directory, 'store.db')
    // Verified read-only first: closing a writable connection would fold a damaged log into the file and lose evidence.
    if (existsSync(path)) verify(path, directory)
    this.#database = new DatabaseSync(path)
    this.#database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}; PRAGMA cache_size=-8192`)
    this.#database.exec(SCHEMA)
    this.#put = this.#database.prepare(
      'INSERT OR REPLACE INTO kv (key, value, create_revision, mod_revision, checksum) VALUES (?, ?, ?, ?, ?)',
    )
    this.#delete = this.#database.prepare('DELETE FROM kv WHERE key = ?')
    this.#read = this.#database.prepare('SELECT checksum FROM kv WHERE key = ?')
    this.#writeMeta = this.#database.prepare('UPDATE meta SET revision = ?, row_count = ?, checksums = ? WHERE id = 0')
    closeSync(openSync(acknowledgedPath(directory), 'a'))
    this.#acknowledged = openSync(acknowledgedPath(directory), 'r+')
  }

  /** Everything that is durable, verified row by row and as a whole. */
  load(directory: string): JournalState {
    const { revision, kvs, checksums } = readVerified(this.#database, directory)
    this.#rows = kvs.length
    this.#checksums = checksums
    return { revision, kvs }
  }

  /** One SQLite transaction and one fsync for the whole batch. */
  commit(batch: readonly JournalRecord[]): void {
    const last = batch.at(-1)
    if (last === undefined) return
    const before = { rows: this.#rows, checksums: this.#checksums }
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const record of batch) this.#write(record)
      this.#writeMeta.run(last.revision, this.#rows, this.#checksums)
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#rows = before.rows
      this.#checksums = before.checksums
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    this.#writeAcknowledged(last.revision)
  }

  /** Raises the revision counter, so that no revision is ever given out twice. */
  raiseRevision(revision: number): void {
    this.#writeMeta.run(revision, this.#rows, this.#checksums)
    this.#writeAcknowledged(revision)
  }

  close(): void {
    this.#database.close()
    closeSync(this.#acknowledged)
  }

  #write(record: JournalRecord): void {
    for (const kv of record.puts) {
      this.#forget(kv.key)
      const checksum = checksumOf(kv)
      this.#put.run(kv.key, kv.value, kv.createRevision, kv.modRevision, checksum)
      this.#rows += 1
      this.#checksums = addChecksum(this.#checksums, checksum)
    }
    for (const key of record.deletes) {
      this.#forget(key)
      this.#delete.run(key)
    }
  }

  #forget(key: string): void {
    const row = this.#read.get(key) as { checksum: number } | undefined
    if (row === undefined) return
    this.#rows -= 1
    this.#checksums = addChecksum(this.#checksums, -row.checksum)
  }

  #writeAcknowledged(revision: number): void {
    const text = `${revision} ${crc32(String(revision))}`.padEnd(ACKNOWLEDGED_BYTES)
    writeSync(this.#acknowledged, text, 0)
  }
}

function verify(path: string, directory: string): void {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    if (hasSchema(database)) readVerified(database, directory)
    else if (readAcknowledged(acknowledgedPath(directory)) > 0) throw corrupt('its tables are gone')
  } catch (error) {
    const { errcode, message } = error as { errcode?: number; message: string }
    throw errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB ? corrupt(message) : error
  } finally {
    database?.close()
  }
}

/** False for a file whose very first transaction never became durable. */
function hasSchema(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined
}

function readVerified(database: DatabaseSync, directory: string): JournalState & { checksums: number } {
  const kvs: KeyValue[] = []
  let checksums = 0
  const rows = database.prepare('SELECT key, value, create_revision, mod_revision, checksum FROM kv')
  for (const row of rows.iterate() as Iterable<Row>) {
    const kv = { key: row.key, value: row.value, createRevision: row.create_revision, modRevision: row.mod_revision }
    if (checksumOf(kv) !== row.checksum) throw corrupt(`the bytes of ${row.key} are not the ones written`)
    checksums = addChecksum(checksums, row.checksum)
    kvs.push(kv)
  }
  const meta = database.prepare('SELECT * FROM meta').get() as unknown as Meta | undefined
  if (meta?.format !== FORMAT) throw corrupt(`it has format ${meta?.format}, this program reads ${FORMAT}`)
  if (meta.row_count !== kvs.length || meta.checksums !== checksums) throw corrupt('rows are missing or doubled')
  const acknowledged = readAcknowledged(acknowledgedPath(directory))
  if (acknowledged > meta.revision) {
    throw corrupt(`writes up to revision ${acknowledged} were acknowledged, its log ends at ${meta.revision}`)
  }
  return { revision: meta.revision, kvs, checksums }
}

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26
const FORMAT = 1
const SCHEMA = `
  BEGIN;
  CREATE TABLE IF NOT EXISTS kv (
    key TEXT PRIMARY KEY, value BLOB NOT NULL, create_revision INTEGER NOT NULL,
    mod_revision INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (
    id INTEGER PRIMARY KEY CHECK (id = 0), format INTEGER NOT NULL, revision INTEGER NOT NULL,
    row_count INTEGER NOT NULL, checksums INTEGER NOT NULL);
  INSERT OR IGNORE INTO meta VALUES (0, ${FORMAT}, 0, 0, 0);
  COMMIT`
const ACKNOWLEDGED_BYTES = 40

function acknowledgedPath(directory: string): string {
  return join(directory, 'acknowledged')
}

interface Row {
  readonly key: string
  readonly value: Uint8Array
  readonly create_revision: number
  readonly mod_revision: number
  readonly checksum: number
}

interface Meta {
  readonly format: number
  readonly revision: number
  readonly row_count: number
  readonly checksums: number
}

/** 0 when the file says nothing that can be trusted. */
function readAcknowledged(path: string): number {
  if (!existsSync(path)) return 0
  const [revision, checksum] = readFileSync(path, 'latin1').trim().split(' ')
  return revision !== undefined && String(crc32(revision)) === checksum ? Number(revision) : 0
}

function checksumOf(kv: KeyValue): number {
  return crc32(kv.value, crc32(`${kv.key}\n${kv.createRevision}\n${kv.modRevision}\n`))
}

/** A sum that stays exact: modulo 2^48. */
function addChecksum(sum: number, checksum: number): number {
  const modulus = 2 ** 48
  return (((sum + checksum) % modulus) + modulus) % modulus
}

function corrupt(what: string): StoreError {
  return new StoreError(
    'corrupt',
    `the store is damaged: ${what}. Restore a copy of the store directory, or move it away: everything managed comes back from Git`,
  )
}
