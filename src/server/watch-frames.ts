import { formatGroupVersion } from '../api/kind.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { StoredObject } from '../registry/registry.ts'
import type { AnswerOptions } from './answer-form.ts'
import { encodeObject, tableHead, tableRow } from './answer-form.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** Frames remembered: what is sent to many watchers is sent to all of them within moments. */
const FRAMES_MAX = 256
const NEWLINE = Buffer.from('}\n')

/** Turns watch events into lines of the stream: each event once per form, however many watch it. */
export class WatchFrames {
  readonly #recent = new Map<StoredObject, Map<string, Uint8Array>>()

  /** `firstOfStream`: tables name their columns in the first event only. */
  event(
    type: WatchEventType,
    stored: StoredObject,
    served: ServedKind,
    options: AnswerOptions,
    firstOfStream: boolean,
  ): Uint8Array {
    if (options.form.type === 'table') return tableFrame(type, stored, served, options, firstOfStream)
    const form = `${type} ${options.form.type} ${served.version.group}/${served.version.version}`
    const frames = this.#framesOf(stored)
    const known = frames.get(form)
    if (known !== undefined) return known
    const frame = Buffer.concat([eventHead(type), encodeObject(stored, served, options), NEWLINE])
    frames.set(form, frame)
    return frame
  }

  #framesOf(stored: StoredObject): Map<string, Uint8Array> {
    const known = this.#recent.get(stored)
    if (known !== undefined) return known
    const frames = new Map<string, Uint8Array>()
    this.#recent.set(stored, frames)
    if (this.#recent.size > FRAMES_MAX) this.#recent.delete(this.#recent.keys().next().value!)
    return frames
  }
}

const HEADS = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
}

function eventHead(type: WatchEventType): Uint8Array {
  return HEADS[type]
}

/** Ages in cells differ from moment to moment: tables are not remembered. */
function tableFrame(
  type: WatchEventType,
  stored: StoredObject,
  served: ServedKind,
  options: AnswerOptions,
  firstOfStream: boolean,
): Uint8Array {
  const version = options.form.type === 'table' ? options.form.version : 'v1'
  const head = tableHead(served, version, { resourceVersion: String(stored.revision) }, firstOfStream)
  return line(type, { ...head, rows: [tableRow(stored, served, options)] })
}

/** An object of nothing but its kind and how far the stream has come. */
export function bookmarkFrame(
  served: ServedKind,
  { form }: AnswerOptions,
  revision: number,
  initialEventsEnd: boolean,
): Uint8Array {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
  }
  const { group, version } = served.version
  if (form.type === 'table') return line('BOOKMARK', { ...tableHead(served, form.version, metadata, false), rows: [] })
  if (form.type === 'metadata')
    return line('BOOKMARK', { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${form.version}`, metadata })
  return line('BOOKMARK', { kind: served.kind.kind, apiVersion: formatGroupVersion(group, version), metadata })
}

export function errorFrame(status: object): Uint8Array {
  return line('ERROR', status)
}

function line(type: string, object: object): Uint8Array {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`)
}
