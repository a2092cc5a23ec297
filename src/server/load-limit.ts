import type { ServerResponse } from 'node:http'
import { apiError } from '../api/api-error.ts'

/** Requests answered at the same time, streams left out; further ones are asked to come again. */
const REQUESTS_IN_FLIGHT_MAX = 800

/** Bounds what requests can take of memory and time together. */
export class LoadLimit {
  #inFlight = 0

  get inFlight(): number {
    return this.#inFlight
  }

  /** Counts one request until its answer ends. Throws 429. */
  admit(response: ServerResponse): void {
    if (this.#inFlight >= REQUESTS_IN_FLIGHT_MAX)
      throw apiError('TooManyRequests', 'the server has too much to do at the moment: try again in a second', {
        retryAfterSeconds: 1,
      })
    this.#inFlight += 1
    response.once('close', () => {
      this.#inFlight -= 1
    })
  }
}
