import type Docker from 'dockerode'
import type { LogLine, LogOptions } from '../runtime-driver.ts'

/** A longer line is shown in parts. */
const LINE_BYTES_MAX = 64 * 1024
const HEADER_BYTES = 8
const STDERR = 2
const NEWLINE = 10
const SPACE = 32

/** A container's output as the engine kept it, oldest first. */
export async function* containerLogs(
  engine: Docker,
  id: string,
  { follow, tailLines, sinceMs }: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const container = engine.getContainer(id)
  const isTerminal = (await container.inspect()).Config.Tty
  const options = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(tailLines !== undefined && { tail: tailLines }),
    ...(sinceMs !== undefined && { since: sinceMs / 1000 }),
  }
  const source = follow
    ? await container.logs({ ...options, follow: true, abortSignal: signal })
    : [await container.logs({ ...options, follow: false, abortSignal: signal })]
  const parser = new LogParser(isTerminal)
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      for (const line of parser.push(chunk)) yield line
      if (signal.aborted) return
    }
    yield* parser.end()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

type Stream = LogLine['stream']

/** Takes the engine's frames apart: 8 bytes of header (stream, length) before each piece, none with a terminal. */
export class LogParser {
  readonly #isTerminal: boolean
  readonly #partial = new Map<Stream, Buffer>()
  #rest: Buffer = Buffer.alloc(0)

  constructor(isTerminal: boolean) {
    this.#isTerminal = isTerminal
  }

  *push(chunk: Buffer): Generator<LogLine> {
    if (this.#isTerminal) {
      yield* this.#take('stdout', chunk)
      return
    }
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#rest.readUInt32BE(4)
      if (this.#rest.length < end) return
      const stream: Stream = this.#rest[0] === STDERR ? 'stderr' : 'stdout'
      const payload = this.#rest.subarray(HEADER_BYTES, end)
      this.#rest = this.#rest.subarray(end)
      yield* this.#take(stream, payload)
    }
  }

  /** What came without a newline at its end. */
  *end(): Generator<LogLine> {
    for (const [stream, bytes] of this.#partial) if (bytes.length > 0) yield lineOf(stream, bytes)
  }

  *#take(stream: Stream, payload: Buffer): Generator<LogLine> {
    const before = this.#partial.get(stream)
    let bytes = before === undefined ? payload : Buffer.concat([before, payload])
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield lineOf(stream, bytes.subarray(0, end))
      bytes = bytes.subarray(end + 1)
    }
    if (bytes.length > LINE_BYTES_MAX) {
      yield lineOf(stream, bytes)
      bytes = Buffer.alloc(0)
    }
    this.#partial.set(stream, bytes)
  }
}

/** `2026-01-01T00:00:00.123456789Z text`. */
function lineOf(stream: Stream, bytes: Buffer): LogLine {
  const space = bytes.indexOf(SPACE)
  const timeMs = space < 0 ? Number.NaN : Date.parse(bytes.toString('latin1', 0, space))
  if (Number.isNaN(timeMs)) return { stream, timeMs: 0, bytes }
  return { stream, timeMs, bytes: bytes.subarray(space + 1) }
}
