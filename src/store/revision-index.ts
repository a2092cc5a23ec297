import { compareKeys, SortedKeys } from './key-order.ts'
import type { KeyValue, RangeOptions, RangeResult, StoreEvent } from './store.ts'
import { StoreError } from './store.ts'

/** One revision of one key; older ones hang behind it until they are compacted. */
interface Version {
  readonly kv: KeyValue
  readonly deleted: boolean
  older: Version | undefined
}

interface LogEntry {
  readonly revision: number
  readonly events: readonly StoreEvent[]
}

/**
 * What is visible: every key with its kept history, and the log of events by revision. Pure memory; it is told only
 * what is already durable.
 */
export class RevisionIndex {
  #revision: number
  #compacted: number
  readonly #keys = new SortedKeys()
  readonly #versions = new Map<string, Version>()
  #log: LogEntry[] = []
  #logBytes = 0

  constructor(revision: number, kvs: Iterable<KeyValue> = []) {
    this.#revision = revision
    this.#compacted = revision
    for (const kv of kvs) this.#put(kv, false)
  }

  get revision(): number {
    return this.#revision
  }

  get compactedRevision(): number {
    return this.#compacted
  }

  /** Bytes of values held for the sake of history. */
  get logBytes(): number {
    return this.#logBytes
  }

  get logLength(): number {
    return this.#log.length
  }

  /** The newest value; undefined when the key does not exist. */
  newest(key: string): KeyValue | undefined {
    const version = this.#versions.get(key)
    return version === undefined || version.deleted ? undefined : version.kv
  }

  at(key: string, revision: number | undefined): KeyValue | undefined {
    if (revision === undefined || revision === this.#revision) return this.newest(key)
    this.#checkReadable(revision)
    let version = this.#versions.get(key)
    while (version !== undefined && version.kv.modRevision > revision) version = version.older
    return version === undefined || version.deleted ? undefined : version.kv
  }

  range(prefix: string, { limit, after, revision = this.#revision }: RangeOptions): RangeResult {
    if (revision !== this.#revision) this.#checkReadable(revision)
    const kvs: KeyValue[] = []
    let count = 0
    let more = false
    for (const key of this.#keys.from(prefix)) {
      if (!key.startsWith(prefix)) break
      const kv = this.at(key, revision)
      if (kv === undefined) continue
      count += 1
      if (after !== undefined && compareKeys(key, after) <= 0) continue
      if (limit !== undefined && kvs.length >= limit) more = true
      else kvs.push(kv)
    }
    return { revision, kvs, more, count }
  }

  /** Makes one durable revision visible and returns its events, in key order. */
  apply(entry: LogEntry): void {
    this.#revision = entry.revision
    for (const event of entry.events) {
      const kv = {
        key: event.key,
        value: event.value ?? EMPTY,
        createRevision: event.createRevision,
        modRevision: event.modRevision,
      }
      this.#put(kv, event.type === 'delete')
      this.#logBytes += eventBytes(event)
    }
    this.#log.push(entry)
  }

  /** Log entries with a revision >= `from`, or undefined when some of them are forgotten. */
  logFrom(from: number): readonly LogEntry[] | undefined {
    if (from <= this.#compacted) return undefined
    const first = this.#log[0]
    if (first === undefined) return []
    return this.#log.slice(Math.max(0, from - first.revision))
  }

  compact(revision: number): void {
    if (revision <= this.#compacted) throw new StoreError('compacted', `revision ${revision} is compacted already`)
    if (revision > this.#revision) throw futureRevision(revision, this.#revision)
    let dropped = 0
    while (dropped < this.#log.length && this.#log[dropped]!.revision <= revision) {
      for (const event of this.#log[dropped]!.events) this.#trim(event, revision)
      dropped += 1
    }
    this.#log = this.#log.slice(dropped)
    this.#compacted = revision
  }

  #put(kv: KeyValue, deleted: boolean): void {
    const older = this.#versions.get(kv.key)
    if (older === undefined) this.#keys.add(kv.key)
    this.#versions.set(kv.key, { kv, deleted, older })
  }

  /** Cuts what no read at or above `revision` can reach. */
  #trim(event: StoreEvent, revision: number): void {
    this.#logBytes -= eventBytes(event)
    const head = this.#versions.get(event.key)
    let version = head
    while (version !== undefined && version.kv.modRevision > revision) version = version.older
    if (version === undefined) return
    version.older = undefined
    if (version.deleted && version === head) {
      this.#versions.delete(event.key)
      this.#keys.delete(event.key)
    }
  }

  #checkReadable(revision: number): void {
    if (revision > this.#revision) throw futureRevision(revision, this.#revision)
    if (revision < this.#compacted) {
      throw new StoreError('compacted', `revision ${revision} is compacted; the oldest kept is ${this.#compacted}`)
    }
  }
}

const EMPTY = new Uint8Array()

function eventBytes(event: StoreEvent): number {
  return (event.previous?.value.byteLength ?? 0) + event.key.length * 2 + EVENT_OVERHEAD_BYTES
}

const EVENT_OVERHEAD_BYTES = 200

function futureRevision(asked: number, newest: number): StoreError {
  return new StoreError('future-revision', `revision ${asked} is in the future; the newest is ${newest}`)
}
