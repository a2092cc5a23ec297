import type { Kind, KindVersion } from '../api/kind.ts'
import type { KubeObject, ObjectKey } from '../api/object.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { StoredObject } from './registry.ts'

const METADATA = '"metadata":{'
const encoder = new TextEncoder()

/**
 * An object that the store holds. `body` is its canonical JSON, a view on the buffer that the store's index holds as
 * well; parsing and encoding wait for the first use. Encodings are held weakly: many watchers share one, memory does
 * not keep two copies of everything.
 */
export class KeptObject implements StoredObject {
  readonly kind: Kind
  readonly key: ObjectKey
  readonly revision: number
  readonly body: Uint8Array
  #parsed: Readonly<KubeObject> | undefined
  #encoded: Map<KindVersion, WeakRef<Uint8Array>> | undefined

  constructor(kind: Kind, key: ObjectKey, revision: number, body: Uint8Array) {
    this.kind = kind
    this.key = key
    this.revision = revision
    this.body = body
  }

  object(): Readonly<KubeObject> {
    this.#parsed ??= deepFreeze(withRevision(parse(this.body), this.revision))
    return this.#parsed
  }

  json(version: KindVersion): Uint8Array {
    const known = this.#encoded?.get(version)?.deref()
    if (known !== undefined) return known
    const bytes = version.fromStorage
      ? encoder.encode(JSON.stringify(version.fromStorage(this.copy())))
      : Buffer.concat(partsWithRevision(this.body, this.revision))
    this.#encoded ??= new Map()
    this.#encoded.set(version, new WeakRef(bytes))
    return bytes
  }

  /** Lists are copied into their answer at once: no encoding is made, none is remembered. */
  jsonParts(version: KindVersion): readonly Uint8Array[] {
    return version.fromStorage ? [this.json(version)] : partsWithRevision(this.body, this.revision)
  }

  /** A changeable copy of `object()`. */
  copy(): KubeObject {
    return withRevision(parse(this.body), this.revision)
  }

  /** The same content at another revision: what a DELETED event carries. */
  at(revision: number): KeptObject {
    return new KeptObject(this.kind, this.key, revision, this.body)
  }
}

function parse(body: Uint8Array): KubeObject {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
}

export function withRevision(object: KubeObject, revision: number): KubeObject {
  object.metadata.resourceVersion = String(revision)
  return object
}

/** With resourceVersion first in metadata, the third key of canonical JSON; metadata is never empty (it has a name). */
function partsWithRevision(body: Uint8Array, revision: number): readonly Uint8Array[] {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const at = buffer.indexOf(METADATA) + METADATA.length
  return [buffer.subarray(0, at), Buffer.from(`"resourceVersion":"${revision}",`), buffer.subarray(at)]
}
