import { isApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import type { Clock } from '../lib/clock.ts'
import { formatTime } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Client, NewObject } from './client.ts'

export interface EventRecorderOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Who says it: `replica-set`, `agent`. */
  readonly component: string
  /** The node it is said on. */
  readonly host?: string
}

/** Records an Event about an object. Never waits, never fails; drops what is too much. */
export type RecordEvent = (
  about: DeepReadonly<KubeObject>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
) => void

export interface EventRecorder {
  readonly record: RecordEvent
  /** Resolves once what was recorded so far is written or given up. */
  flush(): Promise<void>
}

/** Different events waiting to be written. Further ones are dropped. */
const WAITING_MAX = 500
/** Different events remembered, to count a repetition instead of writing a new one. */
const REMEMBERED_MAX = 4_096
/** A repetition after so long is a new event: the old one may have expired. */
const AGGREGATE_MS = 10 * 60_000
const MESSAGE_LENGTH_MAX = 1_024
const REASON_LENGTH_MAX = 128

interface Occurrence {
  readonly about: DeepReadonly<KubeObject>
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  count: number
  firstMs: number
  lastMs: number
  /** Name of the Event object that counts it. */
  readonly name: string
  written: boolean
}

/**
 * Writes Events (core v1): one object per thing that happens, whose `count` grows when it happens again. One request is
 * under way at a time; repetitions meanwhile become one.
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { clock, log } = options
  const known = new Map<string, Occurrence>()
  const waiting = new Map<string, Occurrence>()
  let writing: Promise<void> | undefined

  function occurrenceOf(
    about: DeepReadonly<KubeObject>,
    type: 'Normal' | 'Warning',
    reason: string,
    text: string,
  ): readonly [key: string, occurrence: Occurrence] {
    const message = text.slice(0, MESSAGE_LENGTH_MAX)
    const key = JSON.stringify([about.kind, about.metadata.uid, about.metadata.name, type, reason, message])
    const nowMs = clock.now()
    const before = known.get(key)
    known.delete(key)
    if (before !== undefined && nowMs - before.lastMs < AGGREGATE_MS) {
      before.count += 1
      before.lastMs = nowMs
      return [key, before]
    }
    const name = `${startOfName(about.metadata.name)}.${hex(options.random.bytes(8))}`
    return [key, { about, type, reason, message, count: 1, firstMs: nowMs, lastMs: nowMs, name, written: false }]
  }

  async function writeAll(): Promise<void> {
    for (;;) {
      const [next] = waiting
      if (next === undefined) break
      const [key, occurrence] = next
      waiting.delete(key)
      try {
        await writeOccurrence(options, occurrence)
      } catch (error) {
        log.log('debug', 'event not written', { reason: occurrence.reason, error: String(error) })
      }
    }
    writing = undefined
  }

  return {
    record(about, type, reason, message) {
      const [key, occurrence] = occurrenceOf(about, type, reason.slice(0, REASON_LENGTH_MAX), message)
      known.set(key, occurrence)
      if (known.size > REMEMBERED_MAX) known.delete(known.keys().next().value!)
      if (waiting.size >= WAITING_MAX && !waiting.has(key)) return
      waiting.set(key, occurrence)
      writing ??= Promise.resolve().then(writeAll)
    },
    flush: () => writing ?? Promise.resolve(),
  }
}

async function writeOccurrence(options: EventRecorderOptions, occurrence: Occurrence): Promise<void> {
  const served = options.client.kinds.byKind('v1', 'Event')
  if (served === undefined) return
  const kind = served.kind as Kind
  const namespace = occurrence.about.metadata.namespace ?? 'default'
  if (occurrence.written) {
    try {
      const body = { count: occurrence.count, lastTimestamp: formatTime(occurrence.lastMs) }
      await options.client.patch(kind, { namespace, name: occurrence.name }, { type: 'merge', body })
      return
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      // It expired: it is written anew.
    }
  }
  await options.client.create(kind, eventOf(options, occurrence, namespace))
  occurrence.written = true
}

function eventOf({ component, host }: EventRecorderOptions, each: Occurrence, namespace: string) {
  const { metadata, kind, apiVersion } = each.about
  const { uid, resourceVersion } = metadata
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: each.name, namespace },
    involvedObject: {
      kind,
      apiVersion,
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    type: each.type,
    reason: each.reason,
    message: each.message,
    count: each.count,
    firstTimestamp: formatTime(each.firstMs),
    lastTimestamp: formatTime(each.lastMs),
    source: { component, ...(host !== undefined && { host }) },
    reportingComponent: component,
    reportingInstance: host ?? '',
  }
  return event as NewObject<KubeObject>
}

/** Leaves room for the suffix in the 253 characters of a name. */
function startOfName(name: string): string {
  return name.slice(0, 236).replace(/[-.]+$/, '')
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
