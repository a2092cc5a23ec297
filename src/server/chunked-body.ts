import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'

const CHUNK_BYTES = 128 * 1024
/** A chunk this full is sent; what is larger than the rest makes the buffer grow. */
const FULL_BYTES = 112 * 1024
/** After this long the event loop gets a turn. */
const TURN_MS = 8

/**
 * A long answer made of many small pieces: sent in chunks as it grows, waiting for a slow reader and giving way to
 * other work, so that neither memory nor the event loop pays for its length. A short one is sent whole. One buffer
 * serves all chunks: a new one for each made the garbage collector the largest cost of a long list.
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
    return this.#used >= FULL_BYTES || performance.now() - this.#turnStartMs > TURN_MS
  }

  /** Sends what was added, and waits until the buffer is free again. False when the client has gone: stop. */
  async flush(): Promise<boolean> {
    if (!this.#response.headersSent) this.#response.writeHead(200, this.#headers)
    await written(this.#response, this.#chunk.subarray(0, this.#used))
    this.#used = 0
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

/** Resolves when the bytes have left their buffer, or nobody waits for them any more. */
function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.off('close', done)
      resolve()
    }
    response.once('close', done)
    response.write(bytes, done)
  })
}
