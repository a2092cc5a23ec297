import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts'
import { SqliteFile } from '../../../src/store/embedded/sqlite-file.ts'
import type { JournalRecord } from '../../../src/store/journal.ts'
import { skipUnless, whyNoStrace } from '../../skip-unless.ts'

const root = mkdtempSync(join(tmpdir(), 'pintle-durability-'))
const writer = join(import.meta.dirname, 'writer.ts')

test.after.always(() => rmSync(root, { recursive: true, force: true }))

skipUnless(test, whyNoStrace())('an acknowledgement follows a sync of its bytes, seen in the system calls', t => {
  const directory = join(root, 'traced')
  const args = ['-f', '-y', '-e', 'trace=write,pwrite64,fsync,fdatasync', process.execPath, writer, directory, '20']
  const { stderr } = spawnSync('strace', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  let unsynced = 0
  let acknowledged = 0
  for (const line of stderr.split('\n')) {
    if (/pwrite64\(\d+<[^>]*store\.db-wal>/.test(line)) unsynced += 1
    else if (/f(data)?sync\(\d+<[^>]*store\.db-wal>/.test(line)) unsynced = 0
    else if (/write\(1<[^>]*>, "acknowledged/.test(line)) {
      acknowledged += 1
      t.is(unsynced, 0, `acknowledgement ${acknowledged} came before the sync of its bytes`)
    }
  }
  t.is(acknowledged, 20)
})

test.serial('after kill -9 at any moment every acknowledged write is there', async t => {
  for (let round = 0; round < 6; round++) {
    const directory = join(root, `killed-${round}`)
    const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
      if (output.length > 200 + round * 700) child.kill('SIGKILL')
    })
    await new Promise(resolve => child.on('close', resolve))
    const last = output.match(/acknowledged \d+\n/g)!.length
    const store = await openEmbeddedStore({ directory, revisionFloor: 0 })
    const { count } = await store.range('/key/')
    t.true(count >= last, `${last} acknowledged, ${count} found`)
    t.true(count <= last + 1)
    t.is(store.revision, count)
    await store.close()
  }
})

/** A store with `acknowledged` writes whose bytes are still in the log, and the log's length after each. */
function writtenStore(name: string, writes: number): { directory: string; logLengths: number[] } {
  const directory = join(root, name)
  spawnSync('mkdir', ['-p', directory])
  const file = new SqliteFile(directory)
  file.load(directory)
  const logLengths: number[] = []
  for (let revision = 1; revision <= writes; revision++) {
    file.commit([recordAt(revision)])
    logLengths.push(statSync(join(directory, 'store.db-wal')).size)
  }
  // Copied while open, as a crash would leave it; closing would fold the log into the file.
  cpSync(directory, `${directory}-crashed`, { recursive: true })
  file.close()
  return { directory: `${directory}-crashed`, logLengths }
}

function recordAt(revision: number): JournalRecord {
  const value = new TextEncoder().encode(`value of revision ${revision} `.repeat(40))
  return {
    revision,
    puts: [{ key: `/key/${revision}`, value, createRevision: revision, modRevision: revision }],
    deletes: [],
  }
}

/** Opens a damaged copy: the revision it recovered to, or why it refused. */
function recover(directory: string): number | string {
  let file: SqliteFile | undefined
  try {
    file = new SqliteFile(directory)
    return file.load(directory).revision
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    file?.close()
  }
}

test.serial('a log cut or garbled after the last acknowledged byte recovers every acknowledged write', t => {
  const { directory, logLengths } = writtenStore('tail', 8)
  const [acknowledgedLength, fullLength] = [logLengths.at(-2)!, logLengths.at(-1)!]
  const copy = join(root, 'tail-copy')
  for (const at of positions(acknowledgedLength, fullLength)) {
    for (const damage of ['cut', 'garbled']) {
      rmSync(copy, { recursive: true, force: true })
      cpSync(directory, copy, { recursive: true })
      // The last write was never acknowledged: the witness stands one behind.
      writeFileSync(join(copy, 'acknowledged'), readFileSync(acknowledgedAt(7), 'latin1'))
      const log = join(copy, 'store.db-wal')
      if (damage === 'cut') truncateSync(log, at)
      else garble(log, at)
      t.is(recover(copy), 7, `${damage} at byte ${at} of ${fullLength}`)
    }
  }
})

test.serial('damage before the last acknowledged byte is reported, never skipped', t => {
  const { directory, logLengths } = writtenStore('middle', 8)
  const copy = join(root, 'middle-copy')
  for (const at of positions(0, logLengths.at(-1)!)) {
    for (const damage of ['cut', 'garbled']) {
      rmSync(copy, { recursive: true, force: true })
      cpSync(directory, copy, { recursive: true })
      const log = join(copy, 'store.db-wal')
      if (damage === 'cut') truncateSync(log, at)
      else garble(log, at)
      const before = readFileSync(log)
      const outcome = recover(copy)
      t.true(outcome === 'corrupt' || outcome === 8, `${damage} at byte ${at}: ${outcome}`)
      if (outcome === 'corrupt') t.deepEqual(readFileSync(log), before, 'the evidence is kept')
    }
  }
})

test.serial('a damaged main file is reported', t => {
  const { directory } = writtenStore('main', 40)
  const file = new SqliteFile(directory)
  file.close()
  const copy = join(root, 'main-copy')
  const size = statSync(join(directory, 'store.db')).size
  for (let at = 0; at < size; at += 1021) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(directory, copy, { recursive: true })
    garble(join(copy, 'store.db'), at)
    const outcome = recover(copy)
    t.true(outcome === 'corrupt' || outcome === 40, `garbled at byte ${at}: ${outcome}`)
  }
})

const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const PAGE_BYTES = 4096

/** Bytes of a log worth damaging: around the start of each frame and of each page, and some in between. */
function positions(from: number, to: number): number[] {
  const all: number[] = []
  for (let frame = LOG_HEADER_BYTES; frame < to; frame += FRAME_HEADER_BYTES + PAGE_BYTES) {
    all.push(frame - 1, frame, frame + 1, frame + FRAME_HEADER_BYTES, frame + FRAME_HEADER_BYTES + 1_733)
  }
  return all.filter(at => at >= from && at < to)
}

/** The witness file as it stands after that many acknowledged writes. */
function acknowledgedAt(writes: number): string {
  const { directory } = writtenStore(`witness-${writes}`, writes)
  return join(directory, 'acknowledged')
}

function garble(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = bytes[at]! ^ 0x5a
  writeFileSync(path, bytes)
}
