import type { ServerResponse } from 'node:http'

/** Turns the output of a CGI program (RFC 3875: header lines, an empty line, the body) into an HTTP response. */
export class CgiResponse {
  readonly #response: ServerResponse
  #head: Buffer = Buffer.alloc(0)
  #isStarted = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** The header lines have arrived and were sent. */
  get isStarted(): boolean {
    return this.#isStarted
  }

  /** False: wait for the response's `drain`. */
  write(chunk: Buffer): boolean {
    if (this.#response.destroyed) return true
    if (this.#isStarted) return this.#response.write(chunk)
    this.#head = Buffer.concat([this.#head, chunk])
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.#head.length > HEAD_BYTES_MAX) this.#response.destroy()
      return true
    }
    this.#sendHead(this.#head.toString('latin1', 0, end))
    const body = this.#head.subarray(end + 4)
    this.#head = Buffer.alloc(0)
    return body.length === 0 || this.#response.write(body)
  }

  #sendHead(head: string): void {
    this.#isStarted = true
    this.#response.statusCode = 200 // unless a Status line says otherwise; the frame around us may have begun with 404
    for (const line of head.split('\r\n')) {
      const colon = line.indexOf(':')
      const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      if (name === 'status') this.#response.statusCode = Number.parseInt(value, 10) || 500
      else if (colon > 0) this.#response.setHeader(name, value)
    }
    this.#response.flushHeaders()
  }
}

const HEAD_BYTES_MAX = 64 * 1024
