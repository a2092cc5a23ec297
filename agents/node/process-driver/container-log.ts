import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { tryCommand } from '../../host/run-command.ts'
import type { LogLine, LogOptions } from '../runtime-driver.ts'

/**
 * A container's log. The container appends its raw output to `stdout` and `stderr` itself, so nothing is lost while no
 * agent runs and nothing stands between the two. `sh` cannot stamp lines cheaply, so the agent keeps beside them a list
 * of which bytes came when: `log-index`, one text line `<ms since the epoch> <o|e> <start> <end>` per batch of whole
 * lines, in the order they were seen. The data is never copied: an agent that dies loses or doubles nothing, only the
 * times of what came meanwhile are then those of the files.
 *
 * Rotation gives the space of the oldest bytes back in place (`fallocate --punch-hole`): offsets stay valid and the
 * writer notices nothing. Where the file system cannot, the files are cut to nothing once all of it is known.
 */
export class ContainerLog {
  readonly #directory: string
  readonly #bytesMax: number
  #entries: Entry[] = []
  /** How many entries were dropped since this object was made: readers count from there. */
  #dropped = 0
  #bytes = 0
  #indexed = { o: 0, e: 0 }
  #loaded = false
  #ended = false
  #rotating = false
  #listeners = new Set<() => void>()

  constructor(directory: string, bytesMax = LOG_BYTES_MAX) {
    this.#directory = directory
    this.#bytesMax = bytesMax
  }

  /** Takes in what was written since the last time. `ended`: nothing more will come, a last partial line counts. */
  refresh(nowMs: number, ended: boolean): void {
    this.#load()
    const before = this.#entries.length
    for (const stream of STREAMS) this.#index(stream, nowMs, ended)
    this.#ended ||= ended
    if (this.#entries.length > before || ended) for (const listener of [...this.#listeners]) listener()
    if (!this.#rotating && this.#isTooMuch(ROTATE_FACTOR)) void this.#rotate()
  }

  /** Oldest first; with `follow` until `refresh` was told that it ended, or `signal`. */
  async *lines(options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
    this.#load()
    let position = this.#startOf(options)
    let skip = options.tailLines === undefined ? 0 : this.#linesFrom(position, options) - options.tailLines
    for (;;) {
      position = Math.max(position, this.#dropped)
      for (; position < this.#dropped + this.#entries.length; position++) {
        const entry = this.#entries[position - this.#dropped]
        if (entry === undefined) continue
        if (options.sinceMs !== undefined && entry.timeMs < options.sinceMs) continue
        for (const line of this.#read(entry)) {
          if (signal.aborted) return
          if (skip-- <= 0) yield line
        }
      }
      if (!options.follow || this.#ended || signal.aborted) return
      await this.#changed(signal)
    }
  }

  /** At most `bytesMax` of what came last, as text; for termination messages. */
  tail(bytesMax: number, linesMax: number): string {
    this.#load()
    const lines: LogLine[] = []
    let bytes = 0
    for (let index = this.#entries.length - 1; index >= 0 && lines.length < linesMax && bytes < bytesMax; index--) {
      const read = this.#read(this.#entries[index]!)
      lines.unshift(...read)
      bytes += read.reduce((sum, line) => sum + line.bytes.length + 1, 0)
    }
    const text = Buffer.concat(lines.slice(-linesMax).flatMap(line => [line.bytes, NEWLINE])).toString('utf8')
    return text.slice(-bytesMax)
  }

  #index(stream: Stream, nowMs: number, ended: boolean): void {
    const file = this.#open(stream)
    if (file === undefined) return
    try {
      const { size, mtimeMs } = fstatSync(file)
      const start = size < this.#indexed[stream] ? 0 : this.#indexed[stream]
      const timeMs = Math.min(nowMs, Math.ceil(mtimeMs))
      let from = start
      while (size - from > ENTRY_BYTES_MAX) {
        const end = lastLineEnd(file, from, from + ENTRY_BYTES_MAX)
        this.#append({ timeMs, stream, start: from, end })
        from = end
      }
      const end = ended ? size : lastLineEnd(file, from, size)
      if (end > from) this.#append({ timeMs, stream, start: from, end })
    } finally {
      closeSync(file)
    }
  }

  #append(entry: Entry): void {
    this.#entries.push(entry)
    this.#indexed[entry.stream] = entry.end
    this.#bytes += entry.end - entry.start
    const file = openSync(join(this.#directory, 'log-index'), 'a', 0o600)
    writeSync(file, formatEntry(entry))
    closeSync(file)
  }

  #load(): void {
    if (this.#loaded) return
    this.#loaded = true
    let text = ''
    try {
      text = readFileSync(join(this.#directory, 'log-index'), 'utf8')
    } catch {
      return
    }
    this.#entries = text
      .split('\n')
      .map(parseEntry)
      .filter(entry => entry !== undefined)
    for (const entry of this.#entries) {
      this.#indexed[entry.stream] = entry.end
      this.#bytes += entry.end - entry.start
    }
  }

  /** Index of the first entry that can matter. */
  #startOf({ tailLines }: LogOptions): number {
    if (tailLines === undefined) return this.#dropped
    let lines = 0
    let index = this.#entries.length
    while (index > 0 && lines < tailLines) lines += this.#read(this.#entries[--index]!).length
    return this.#dropped + index
  }

  #linesFrom(position: number, { sinceMs }: LogOptions): number {
    let lines = 0
    for (const entry of this.#entries.slice(position - this.#dropped)) {
      if (sinceMs === undefined || entry.timeMs >= sinceMs) lines += this.#read(entry).length
    }
    return lines
  }

  #read(entry: Entry): LogLine[] {
    const file = this.#open(entry.stream)
    if (file === undefined) return []
    try {
      const bytes = Buffer.alloc(entry.end - entry.start)
      const length = readSync(file, bytes, 0, bytes.length, entry.start)
      return splitLines(bytes.subarray(0, length), entry)
    } finally {
      closeSync(file)
    }
  }

  #open(stream: Stream): number | undefined {
    try {
      return openSync(join(this.#directory, FILE_OF[stream]), 'r')
    } catch {
      return undefined
    }
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.#listeners.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#listeners.add(done)
      signal.addEventListener('abort', done)
    })
  }

  #isTooMuch(factor: number): boolean {
    return this.#bytes > this.#bytesMax * factor || this.#entries.length > ENTRIES_MAX * factor
  }

  /** Drops the oldest entries until at most `bytesMax` are kept, and gives their space back. */
  async #rotate(): Promise<void> {
    this.#rotating = true
    try {
      while (this.#isTooMuch(ROTATE_FACTOR)) await this.#dropOldest()
    } finally {
      this.#rotating = false
    }
  }

  async #dropOldest(): Promise<void> {
    const dropped: Entry[] = []
    const countMin = this.#entries.length - ENTRIES_MAX
    while ((this.#bytes > this.#bytesMax || dropped.length < countMin) && dropped.length < this.#entries.length) {
      const entry = this.#entries[dropped.length]!
      dropped.push(entry)
      this.#bytes -= entry.end - entry.start
    }
    this.#entries.splice(0, dropped.length)
    this.#dropped += dropped.length
    this.#writeIndex()
    for (const stream of STREAMS) {
      const end = dropped.findLast(entry => entry.stream === stream)?.end
      if (end !== undefined) await this.#giveBack(stream, end)
    }
  }

  #writeIndex(): void {
    const path = join(this.#directory, 'log-index')
    const file = openSync(`${path}.new`, 'w', 0o600)
    writeSync(file, this.#entries.map(formatEntry).join(''))
    closeSync(file)
    renameSync(`${path}.new`, path)
  }

  async #giveBack(stream: Stream, end: number): Promise<void> {
    const path = join(this.#directory, FILE_OF[stream])
    const command = ['fallocate', '--punch-hole', '--offset', '0', '--length', String(end), path] as const
    const result = await tryCommand([...command]).catch(() => undefined)
    if (result?.exitCode === 0 || statSync(path, { throwIfNoEntry: false })?.size !== this.#indexed[stream]) return
    truncateSync(path)
    this.#indexed[stream] = 0
    this.#entries = this.#entries.filter(entry => entry.stream !== stream)
    this.#writeIndex()
  }
}

/** What is kept of one container, of both streams together. */
export const LOG_BYTES_MAX = 10 * 1024 * 1024
/** A line longer than this is shown in parts. */
const LINE_BYTES_MAX = 64 * 1024
/** One entry is read into memory as a whole. */
const ENTRY_BYTES_MAX = 1024 * 1024
/** Rotation begins with so much more than is kept, so that it is not done for every line. */
const ROTATE_FACTOR = 1.25
/** Batches remembered of one container. */
const ENTRIES_MAX = 50_000
const NEWLINE = Buffer.from('\n')

type Stream = 'o' | 'e'
const STREAMS = ['o', 'e'] as const
const FILE_OF = { o: 'stdout', e: 'stderr' } as const

interface Entry {
  readonly timeMs: number
  readonly stream: Stream
  readonly start: number
  readonly end: number
}

function formatEntry({ timeMs, stream, start, end }: Entry): string {
  return `${timeMs} ${stream} ${start} ${end}\n`
}

function parseEntry(line: string): Entry | undefined {
  const [timeMs, stream, start, end] = line.split(' ')
  if (end === undefined || (stream !== 'o' && stream !== 'e')) return undefined
  return { timeMs: Number(timeMs), stream, start: Number(start), end: Number(end) }
}

/** Offset behind the last newline in [start, size), or `start`; behind everything when a line is overlong. */
function lastLineEnd(file: number, start: number, size: number): number {
  const from = Math.max(start, size - LINE_BYTES_MAX)
  const bytes = Buffer.alloc(size - from)
  const length = readSync(file, bytes, 0, bytes.length, from)
  const newline = bytes.subarray(0, length).lastIndexOf(10)
  if (newline >= 0) return from + newline + 1
  return size - start >= LINE_BYTES_MAX ? size : start
}

function splitLines(bytes: Buffer, { timeMs, stream }: Entry): LogLine[] {
  const name = stream === 'o' ? 'stdout' : 'stderr'
  const lines: LogLine[] = []
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    lines.push({ stream: name, timeMs, bytes: bytes.subarray(start, end) })
    start = end + 1
  }
  return lines
}
