import { isApiError } from '../../../src/api/api-error.ts'
import type { Kind } from '../../../src/api/kind.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import type { Client, ObjectWatch, WatchEvent } from '../../../src/client/client.ts'
import type { SeededRandom } from '../world/seeded-random.ts'
import { Violation } from '../world/violation.ts'

/**
 * Follows one kind as a client does: lists, watches, stops at any time and resumes where it was. What it holds must
 * always be what a list of the same revision shows.
 */
export class WatchChecker {
  readonly #kind: Kind
  readonly #client: Client
  readonly #random: SeededRandom
  readonly #report: (violation: Violation) => void
  readonly #held = new Map<string, number>()
  #revision: number | undefined
  #watch: ObjectWatch | undefined
  #isListing = false

  constructor(kind: Kind, client: Client, random: SeededRandom, report: (violation: Violation) => void) {
    this.#kind = kind
    this.#client = client
    this.#random = random
    this.#report = report
  }

  /** The store is a new one: start over. */
  forget(): void {
    this.#watch?.stop()
    this.#watch = undefined
    this.#revision = undefined
    this.#held.clear()
  }

  /** Now and then: starts, breaks off, resumes, or compares. */
  async step(): Promise<void> {
    if (this.#isListing) return
    if (this.#watch === undefined) await this.#resume()
    else if (this.#random.chance(0.02)) {
      this.#watch.stop()
      this.#watch = undefined
    } else if (this.#random.chance(0.05)) await this.#compare()
  }

  async #resume(): Promise<void> {
    if (this.#revision === undefined) {
      const listed = await this.#list()
      if (listed === undefined) return
      this.#held.clear()
      for (const [key, revision] of listed.items) this.#held.set(key, revision)
      this.#revision = listed.revision
    }
    const options = { resourceVersion: String(this.#revision), allowBookmarks: true }
    const watch: ObjectWatch = this.#client.watch(this.#kind, options, {
      onEvent: event => this.#see(event),
      onEnd: error => {
        if (this.#watch === watch) this.#watch = undefined
        if (isApiError(error, 'Expired') || isApiError(error, 'Gone')) this.#revision = undefined
      },
    })
    this.#watch = watch
  }

  #see(event: WatchEvent<KubeObject>): void {
    if (event.type === 'BOOKMARK') {
      this.#revision = Math.max(this.#revision ?? 0, Number(event.resourceVersion))
      return
    }
    const { namespace = '', name, resourceVersion } = event.object.metadata
    const key = `${namespace}/${name}`
    const revision = Number(resourceVersion)
    if (revision <= (this.#revision ?? 0)) {
      this.#fail(`${event.type} ${key} of revision ${revision} came when ${this.#revision} was reached`)
    }
    this.#revision = revision
    if (event.type === 'ADDED' ? this.#held.has(key) : !this.#held.has(key)) {
      this.#fail(`${event.type} ${key} came, and it was ${this.#held.has(key) ? '' : 'not '}known`)
    }
    if (event.type === 'DELETED') this.#held.delete(key)
    else this.#held.set(key, revision)
  }

  /** In process nothing is on its way: what a list shows was told. */
  async #compare(): Promise<void> {
    const watch = this.#watch
    const listed = await this.#list()
    if (listed === undefined || this.#watch !== watch || watch === undefined) return
    if ((this.#revision ?? 0) > listed.revision) return
    for (const [key, revision] of listed.items) {
      if (this.#held.get(key) !== revision)
        this.#fail(`${key} is at ${revision}, the watch told ${this.#held.get(key)}`)
    }
    for (const key of this.#held.keys())
      if (!listed.items.has(key)) this.#fail(`${key} is gone, the watch did not tell`)
  }

  async #list(): Promise<{ items: Map<string, number>; revision: number } | undefined> {
    this.#isListing = true
    try {
      const { items, resourceVersion } = await this.#client.list(this.#kind)
      const entries = items.map(
        ({ metadata }) => [`${metadata.namespace ?? ''}/${metadata.name}`, Number(metadata.resourceVersion)] as const,
      )
      return { items: new Map(entries), revision: Number(resourceVersion) }
    } catch {
      return undefined
    } finally {
      this.#isListing = false
    }
  }

  #fail(how: string): void {
    this.#report(new Violation('a watch equals the replay of the writes', `${this.#kind.plural}: ${how}`))
  }
}
