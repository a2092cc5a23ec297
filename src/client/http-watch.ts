import type { IncomingMessage } from 'node:http'
import type { Status } from '../api/api-error.ts'
import { ApiError, apiError } from '../api/api-error.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { Random } from '../lib/random.ts'
import { randomInt } from '../lib/random.ts'
import type { ObjectWatch, ObjectWatcher } from './client.ts'
import type { HttpConnection } from './http-connection.ts'
import { JsonLines } from './json-lines.ts'

export interface HttpWatchOptions<T extends KubeObject> {
  readonly connection: HttpConnection
  /** With its query string. */
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  readonly watcher: ObjectWatcher<T>
}

/** The server ends a watch after this many seconds, so that connections spread again over servers. */
const LIFETIME_SECONDS = { min: 1_800, max: 3_600 }
/** A stream that asked for bookmarks and is silent for so long has lost its server. */
const SILENCE_MS_MAX = 180_000

interface WireEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject
}

/** Reads a watch as long as it lasts; `onEnd` says why it ended. */
export function startHttpWatch<T extends KubeObject>(options: HttpWatchOptions<T>): ObjectWatch {
  const { connection, clock, random, watcher } = options
  const abort = new AbortController()
  const withBookmarks = options.path.includes('allowWatchBookmarks=true')
  let ended = false
  let silence: Timer | undefined

  function end(error: Error | undefined): void {
    if (ended) return
    ended = true
    silence?.cancel()
    abort.abort()
    watcher.onEnd(error)
  }

  function hear(): void {
    silence?.cancel()
    if (withBookmarks) silence = clock.setTimer(SILENCE_MS_MAX, () => end(streamLost('no sign of life')))
  }

  function onValue(value: unknown): void {
    if (ended) return
    const { type, object } = value as WireEvent
    if (type === 'ERROR') end(new ApiError(object as unknown as Status))
    else if (type === 'BOOKMARK') onBookmark(object)
    else watcher.onEvent({ type, object: deepFreeze(object) as unknown as DeepReadonly<T> })
  }

  function onBookmark(object: KubeObject): void {
    const { resourceVersion = '', annotations } = object.metadata
    const initialEventsEnd = annotations?.['k8s.io/initial-events-end'] === 'true'
    watcher.onEvent({ type: 'BOOKMARK', resourceVersion, ...(initialEventsEnd && { initialEventsEnd }) })
  }

  function read(incoming: IncomingMessage): void {
    const lines = new JsonLines(onValue)
    incoming.on('data', (chunk: Buffer) => {
      hear()
      try {
        lines.push(chunk)
      } catch (error) {
        end(error as Error)
      }
    })
    incoming.on('end', () => end(undefined))
    incoming.on('error', error => end(streamLost(error.message)))
    incoming.on('close', () => end(streamLost('the connection closed')))
  }

  const seconds = LIFETIME_SECONDS.min + randomInt(random, LIFETIME_SECONDS.max - LIFETIME_SECONDS.min)
  hear()
  connection.stream({ method: 'GET', path: `${options.path}&timeoutSeconds=${seconds}` }, abort.signal).then(read, end)
  return {
    stop() {
      ended = true
      silence?.cancel()
      abort.abort()
    },
  }
}

function streamLost(why: string): ApiError {
  return apiError('ServiceUnavailable', `the watch was cut: ${why}`)
}
