import { createHash } from 'node:crypto'

/** What happened, in order. Two runs of one seed must have the same trace, line by line. */
export class Trace {
  static readonly KEPT_LINES_MAX = 4_000
  readonly #hash = createHash('sha256')
  readonly #last: string[] = []
  #count = 0

  add(line: string): void {
    this.#hash.update(`${line}\n`)
    this.#count += 1
    this.#last.push(line)
    if (this.#last.length > Trace.KEPT_LINES_MAX) this.#last.splice(0, Trace.KEPT_LINES_MAX / 2)
  }

  get count(): number {
    return this.#count
  }

  /** Call once, at the end. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  /** The newest lines, oldest first: what a person reads after a violation. */
  tail(lines = 60): readonly string[] {
    return this.#last.slice(-lines)
  }
}
