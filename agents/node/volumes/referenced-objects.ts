import type { Kind } from '../../../src/api/kind.ts'
import type { DeepReadonly, KubeObject } from '../../../src/api/object.ts'
import type { Client } from '../../../src/client/client.ts'
import { Informer } from '../../../src/client/informer.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { sleep } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import type { Random } from '../../../src/lib/random.ts'
import { RuntimeError } from '../runtime-driver.ts'

interface Options {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Something that pods of these UIDs refer to has changed. */
  readonly onChange: (podUids: readonly string[]) => void
}

/** How long a first answer is waited for. */
const ANSWER_MS = 10_000

interface Watched {
  readonly informer: Informer<KubeObject>
  readonly users: Set<string>
}

/**
 * The ConfigMaps and Secrets that pods of this node refer to, each watched by its name (an agent may see no others) for
 * as long as a pod uses it. Their content stays in memory.
 */
export class ReferencedObjectCache {
  readonly #options: Options
  readonly #watched = new Map<string, Watched>()

  constructor(options: Options) {
    this.#options = options
  }

  /** What one pod sees. */
  for(podUid: string): ReferencedObjects {
    return { read: (kind, namespace, name) => this.#read(podUid, kind, namespace, name) }
  }

  /** The pod is gone: what nobody else uses is not watched any more. */
  release(podUid: string): void {
    for (const [key, { informer, users }] of this.#watched) {
      if (!users.delete(podUid) || users.size > 0) continue
      informer.stop()
      this.#watched.delete(key)
    }
  }

  close(): void {
    for (const { informer } of this.#watched.values()) informer.stop()
    this.#watched.clear()
  }

  async #read<T extends KubeObject>(podUid: string, kind: Kind<T>, namespace: string, name: string) {
    const key = `${kind.plural}/${namespace}/${name}`
    const watched = this.#watched.get(key) ?? this.#watch(key, kind as unknown as Kind, namespace, name)
    watched.users.add(podUid)
    if (!watched.informer.hasSynced) await this.#answer(watched, `${kind.kind} ${JSON.stringify(name)}`)
    return watched.informer.get({ namespace, name }) as DeepReadonly<T> | undefined
  }

  /** A server that is away, or refuses to tell, must not hold up the end of the pod. */
  async #answer({ informer }: Watched, what: string): Promise<void> {
    const answered = new AbortController()
    const limit = sleep(this.#options.clock, ANSWER_MS, answered.signal).catch(() => {})
    await Promise.race([informer.synced(), limit])
    answered.abort()
    if (!informer.hasSynced)
      throw new RuntimeError('CreateContainerConfigError', `the server has not told of ${what} yet: it is asked again`)
  }

  #watch(key: string, kind: Kind, namespace: string, name: string): Watched {
    const selection = { namespace, fieldSelector: `metadata.name=${name}` }
    const watched = { informer: new Informer({ ...this.#options, kind, selection }), users: new Set<string>() }
    this.#watched.set(key, watched)
    watched.informer.onChange(() => this.#options.onChange([...watched.users]))
    watched.informer.start()
    return watched
  }
}

export interface ReferencedObjects {
  /** Undefined when there is none. Waits a while for the server to say so; then throws CreateContainerConfigError. */
  read<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): Promise<DeepReadonly<T> | undefined>
}
