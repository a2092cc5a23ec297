import type { KeptObject } from './kept-object.ts'

/** One change of one object of a kind. */
export interface KindEvent {
  readonly revision: number
  /** Undefined: it was deleted. */
  readonly current: KeptObject | undefined
  /** Undefined: it was created. */
  readonly previous: KeptObject | undefined
}

/** Events of each kind that are kept at least, so that a watch can resume. */
export const WATCH_WINDOW_EVENTS = 1_000
/** Unless they hold more than this: then fewer are kept. */
export const WATCH_WINDOW_BYTES_MAX = 64 * 1024 * 1024

/**
 * The newest events of one kind, oldest first. A watch may resume after any revision at or above the floor: the last
 * event of this kind that was dropped. Twice the promised number is kept before the older half is dropped at once.
 */
export class WatchWindow {
  #floor: number
  #events: KindEvent[] = []
  #bytes = 0

  /** `floor`: the revision that the kind's objects were first read at. */
  constructor(floor: number) {
    this.#floor = floor
  }

  get floor(): number {
    return this.#floor
  }

  add(event: KindEvent): void {
    this.#events.push(event)
    this.#bytes += bytesOf(event)
    if (this.#events.length >= 2 * WATCH_WINDOW_EVENTS) this.#drop(WATCH_WINDOW_EVENTS)
    while (this.#bytes > WATCH_WINDOW_BYTES_MAX && this.#events.length > 1) this.#drop(this.#events.length >> 1)
  }

  #drop(count: number): void {
    for (const event of this.#events.splice(0, count)) {
      this.#bytes -= bytesOf(event)
      this.#floor = event.revision
    }
  }

  /** What happened up to `revision` is no longer known event by event. */
  reset(revision: number): void {
    this.#events = []
    this.#bytes = 0
    this.#floor = revision
  }

  /** Events after `revision`, in order; undefined when some of them were dropped. */
  after(revision: number): readonly KindEvent[] | undefined {
    if (revision < this.#floor) return undefined
    return this.#events.slice(this.#firstAfter(revision))
  }

  #firstAfter(revision: number): number {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#events[middle]!.revision <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What an event adds to what the one before it holds already. */
function bytesOf({ current, previous }: KindEvent): number {
  return (current ?? previous)?.body.byteLength ?? 0
}
