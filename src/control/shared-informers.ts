import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import { Informer } from '../client/informer.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'

interface SharedInformersOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** One informer per kind, however many controllers look at it. */
export class SharedInformers {
  readonly #options: SharedInformersOptions
  readonly #informers = new Map<string, Informer<KubeObject>>()

  constructor(options: SharedInformersOptions) {
    this.#options = options
  }

  /** Made on first use; `start` starts it. */
  of<T extends KubeObject>(kind: Kind<T>): Informer<T> {
    const id = `${kind.group}/${kind.plural}`
    let informer = this.#informers.get(id)
    if (informer === undefined) {
      informer = new Informer<KubeObject>({ ...this.#options, kind: kind as unknown as Kind })
      this.#informers.set(id, informer)
    }
    return informer as unknown as Informer<T>
  }

  /** Starts those that were made since; harmless when called again. */
  start(): void {
    for (const informer of this.#informers.values()) informer.start()
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop()
  }
}
