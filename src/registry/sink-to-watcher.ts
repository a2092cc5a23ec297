import type { DeepReadonly, KubeObject } from '../api/object.ts'
import type { ObjectWatcher, WatchEvent } from '../client/client.ts'
import type { StoredObject, WatchHandle, WatchSink } from './registry.ts'

/** Hands what a watch delivers to a loop's watcher. Nothing reaches it after `stop`, not even what started before. */
export class SinkToWatcher<T extends KubeObject> implements WatchSink {
  readonly #watcher: ObjectWatcher<T>
  #handle: WatchHandle | undefined
  #over = false

  constructor(watcher: ObjectWatcher<T>) {
    this.#watcher = watcher
  }

  /** The watch has started; it is ended at once when nobody listens any more. */
  attach(handle: WatchHandle): void {
    this.#handle = handle
    if (this.#over) handle.stop()
  }

  stop(): void {
    this.#over = true
    this.#handle?.stop()
  }

  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StoredObject): void {
    this.#tell({ type, object: object.object() as unknown as DeepReadonly<T> })
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    const end = initialEventsEnd && { initialEventsEnd }
    this.#tell({ type: 'BOOKMARK', resourceVersion: String(revision), ...end })
  }

  end(error: Error | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#watcher.onEnd(error)
  }

  /** A listener that throws ends its own watch; the others, and the write that is being told of, go on. */
  #tell(event: WatchEvent<T>): void {
    if (this.#over) return
    try {
      this.#watcher.onEvent(event)
    } catch (error) {
      this.#handle?.stop()
      this.end(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
