import { Agent, get } from 'node:http'

/** Asks an address at a steady rate, one connection a request, and counts answers and failures. */
export class SteadyRequests {
  /** What went wrong, and how long after the start. */
  readonly failures: string[] = []
  answers = 0
  readonly #timer: NodeJS.Timeout
  readonly #agent = new Agent({ keepAlive: false, maxSockets: 100 })
  readonly #startedMs = performance.now()
  #pending = 0

  constructor(address: string, perSecond: number) {
    this.#timer = setInterval(() => this.#ask(address), 1_000 / perSecond)
  }

  /** Stops asking; resolves when every request has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (let waited = 0; waited < 600 && this.#pending > 0; waited++)
      await new Promise(resolve => setTimeout(resolve, 10))
    this.#agent.destroy()
  }

  #ask(address: string): void {
    this.#pending += 1
    const done = (failure?: string) => {
      this.#pending -= 1
      if (failure === undefined) this.answers += 1
      else this.failures.push(`${failure} after ${Math.round(performance.now() - this.#startedMs)} ms`)
    }
    const request = get(address, { agent: this.#agent, timeout: 5_000 }, response => {
      response.resume()
      response.once('end', () => done(response.statusCode === 200 ? undefined : `status ${response.statusCode}`))
      response.once('error', error => done(error.message))
    })
    request.once('timeout', () => request.destroy(new Error('no answer in five seconds')))
    request.once('error', error => done(error.message))
  }
}
