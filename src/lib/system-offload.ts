import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from './clock.ts'
import { type Offload, type OffloadJob, OffloadTimeout } from './offload.ts'
import type { OffloadReply, OffloadRequest } from './system-offload-worker.ts'

/** A job that takes longer is given up, and its thread with it: nothing parses for ever. */
const JOB_MS_MAX = 30_000
/** A thread without work ends after this: it holds memory. */
const IDLE_MS = 10_000
const JOBS_WAITING_MAX = 1_000

interface Waiting {
  readonly job: OffloadJob<never, unknown>
  readonly input: unknown
  readonly resolve: (output: never) => void
  readonly reject: (error: Error) => void
}

/** Runs jobs one after the other in a thread of its own, which is started when there is work. */
export class SystemOffload implements Offload {
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  #running: Waiting | undefined
  #worker: Worker | undefined
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  run<Input, Output>(job: OffloadJob<Input, Output>, input: Input): Promise<Output> {
    if (this.#waiting.length >= JOBS_WAITING_MAX) return Promise.reject(new Error(`too many jobs wait: ${job.name}`))
    return new Promise<Output>((resolve, reject) => {
      this.#waiting.push({
        job: job as unknown as OffloadJob<never, unknown>,
        input,
        resolve: resolve as Waiting['resolve'],
        reject,
      })
      this.#next()
    })
  }

  /** Work under way is given up. */
  async close(): Promise<void> {
    const given = [this.#running, ...this.#waiting.splice(0)]
    this.#running = undefined
    await this.#end()
    for (const each of given) each?.reject(new Error(`${each.job.name} was given up: the program ends`))
  }

  #next(): void {
    if (this.#running !== undefined) return
    const next = this.#waiting.shift()
    this.#timer?.cancel()
    if (next === undefined) {
      this.#timer = this.#clock.setTimer(IDLE_MS, () => void this.#end())
      return
    }
    this.#running = next
    this.#timer = this.#clock.setTimer(JOB_MS_MAX, () => {
      this.#giveUp(new OffloadTimeout(`${next.job.name} took longer than ${JOB_MS_MAX / 1000} s`))
    })
    this.#worker ??= this.#start()
    const { module, exportName } = next.job
    this.#worker.postMessage({ module, exportName, input: next.input } satisfies OffloadRequest)
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./system-offload-worker.${extension}`, import.meta.url))
    worker.unref()
    worker.on('message', (reply: OffloadReply) => this.#settle(reply))
    worker.on('error', error => {
      if (this.#worker === worker) this.#giveUp(error as Error)
    })
    return worker
  }

  #settle(reply: OffloadReply): void {
    const running = this.#running
    this.#running = undefined
    if ('error' in reply) running?.reject(reply.error)
    else running?.resolve(reply.output as never)
    this.#next()
  }

  #giveUp(why: Error): void {
    const running = this.#running
    this.#running = undefined
    void this.#end()
    running?.reject(why)
    this.#next()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#timer?.cancel()
    await worker?.terminate()
  }
}
