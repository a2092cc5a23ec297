import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { drained } from './drained.ts'

const CHUNK_BYTES = 64 * 1024
/** After this long the event loop gets a turn. */
const TURN_MS = 8

/**
 * A long answer made of many small pieces: sent in chunks as it grows, waiting for a slow reader and giving way to
 * other work, so that neither memory nor the event loop pays for its length. A short one is sent whole.
 */
export class ChunkedBody {
  readonly #response: ServerResponse
  readonly #headers: OutgoingHttpHeaders
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  #used = 0
  #turnStartMs = performance.now()

  constructor(response: ServerResponse, headers: OutgoingHttpHeaders) {
    this.#response = response
    this.#headers = headers
  }

  /** True when `flush` is due before more is added. */
  add(parts: readonly Uint8Array[]): boolean {
    for (const bytes of parts) {
      if (this.#used + bytes.byteLength > this.#chunk.byteLength) this.#grow(bytes.byteLength)
      this.#chunk.set(bytes, this.#used)
      this.#used += bytes.byteLength
    }
    return this.#used >= CHUNK_BYTES / 2 || performance.now() - this.#turnStartMs > TURN_MS
  }

  /** Sends what was added. False when the client has gone: stop. */
  async flush(): Promise<boolean> {
    if (!this.#response.headersSent) this.#response.writeHead(200, this.#headers)
    const taken = this.#response.write(this.#chunk.subarray(0, this.#used))
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    this.#used = 0
    if (!taken) await drained(this.#response)
    if (performance.now() - this.#turnStartMs > TURN_MS) {
      await setImmediate()
      this.#turnStartMs = performance.now()
    }
    return !this.#response.destroyed
  }

  end(): void {
    const rest = this.#chunk.subarray(0, this.#used)
    if (!this.#response.headersSent)
      this.#response.writeHead(200, { ...this.#headers, 'content-length': rest.byteLength })
    this.#response.end(rest)
  }

  #grow(extra: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#used + extra, 2 * this.#chunk.byteLength))
    larger.set(this.#chunk.subarray(0, this.#used))
    this.#chunk = larger
  }
}
