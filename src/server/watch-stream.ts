import type { ServerResponse } from 'node:http'
import type { ServedKind } from '../api/kind-registry.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { StoredObject, WatchHandle, WatchSink } from '../registry/registry.ts'
import type { AnswerOptions } from './answer-form.ts'
import { toApiError } from './respond.ts'
import type { WatchEventType, WatchFrames } from './watch-frames.ts'
import { bookmarkFrame, errorFrame } from './watch-frames.ts'

/** What may wait for a slow watcher; beyond it the stream ends and the client watches again. */
export const WATCH_BUFFER_BYTES_MAX = 32 * 1024 * 1024
/** How long an ended stream may take to be read to its end. */
const LINGER_MS = 30_000

export interface WatchStreamOptions {
  readonly served: ServedKind
  readonly answer: Omit<AnswerOptions, 'nowMs'>
  readonly frames: WatchFrames
  readonly clock: Clock
  readonly log: Logger
  readonly timeoutMs: number
  /** A last one tells how far the stream came before its time was over. */
  readonly bookmarks: boolean
  readonly headers: Record<string, string | string[] | number>
}

/**
 * One watcher's HTTP response: a line per event, flushed at once. Nothing ever waits for its reader. It ends cleanly, at
 * the end of a chunk, when its time is over, the source ends, or too much waits for the reader.
 */
export class WatchStream implements WatchSink {
  readonly #response: ServerResponse
  readonly #options: WatchStreamOptions
  #handle: WatchHandle | undefined
  #timer: Timer | undefined
  #first = true
  #ended = false

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response
    this.#options = options
    response.on('close', () => this.#finish())
    response.on('error', () => this.#finish())
  }

  /** The source's handle, once it has one; sends the headers even if there is no event yet. */
  open(handle: WatchHandle): void {
    this.#handle = handle
    if (this.#ended) {
      handle.stop()
      return
    }
    this.#writeHead()
    this.#response.flushHeaders()
    this.#timer = this.#options.clock.setTimer(this.#options.timeoutMs, () => this.#timeOver())
  }

  event(type: WatchEventType, stored: StoredObject): void {
    if (this.#ended) return
    const { frames, served } = this.#options
    this.#write(frames.event(type, stored, served, this.#answer(), this.#first))
    this.#first = false
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    if (!this.#ended) this.#write(bookmarkFrame(this.#options.served, this.#answer(), revision, initialEventsEnd))
  }

  end(error: Error | undefined): void {
    if (this.#ended) return
    if (error !== undefined) this.#write(errorFrame(toApiError(error, this.#options.log).status))
    this.#finish()
    this.#writeHead()
    this.#response.end()
    const linger = this.#options.clock.setTimer(LINGER_MS, () => this.#response.destroy())
    this.#response.on('close', () => linger.cancel())
  }

  #timeOver(): void {
    const revision = this.#handle?.revision ?? 0
    if (this.#options.bookmarks && revision > 0) this.bookmark(revision, false)
    this.end(undefined)
  }

  #answer(): AnswerOptions {
    return { ...this.#options.answer, nowMs: this.#options.clock.now() }
  }

  #write(frame: Uint8Array): void {
    this.#writeHead()
    this.#response.write(frame)
    if (this.#response.writableLength <= WATCH_BUFFER_BYTES_MAX) return
    this.#options.log.log('warn', 'watcher too slow, cut', { kind: this.#options.served.kind.kind })
    this.end(undefined)
  }

  #writeHead(): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, this.#options.headers)
  }

  #finish(): void {
    this.#ended = true
    this.#timer?.cancel()
    this.#handle?.stop()
  }
}
