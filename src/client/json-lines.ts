/** A line longer than this is no event of ours. */
const LINE_BYTES_MAX = 16 * 1024 * 1024
const NEWLINE = 0x0a

/** Cuts a byte stream into JSON values, one per line. Holds the last, unfinished line only. */
export class JsonLines {
  readonly #onValue: (value: unknown) => void
  #parts: Buffer[] = []
  #length = 0

  constructor(onValue: (value: unknown) => void) {
    this.#onValue = onValue
  }

  /** Throws when a line is too long or no JSON. */
  push(chunk: Buffer): void {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start)
      if (end < 0) break
      this.#keep(chunk.subarray(start, end))
      start = end + 1
      this.#finishLine()
    }
    this.#keep(chunk.subarray(start))
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#length > LINE_BYTES_MAX) throw new Error(`a line of the stream is longer than ${LINE_BYTES_MAX} bytes`)
    this.#parts.push(part)
  }

  #finishLine(): void {
    const line = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    if (line.length > 0) this.#onValue(JSON.parse(line.toString('utf8')))
  }
}
