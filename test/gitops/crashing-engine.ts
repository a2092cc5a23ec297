import type { Client } from '../../src/client/client.ts'
import type { GitRepository } from '../../src/git/git-repository.ts'

const WRITES: ReadonlySet<PropertyKey> = new Set(['create', 'update', 'patch', 'apply', 'delete', 'updateRefs'])

/** Stops the sync engine for good at its n-th write: just before it, or just after it but before it hears of it. */
export class CrashPoint {
  /** Writes so far. */
  writes = 0
  dead = false
  readonly #at: number
  readonly #after: boolean

  constructor(at: number, after: boolean) {
    this.#at = at
    this.#after = after
  }

  wrapClient = (client: Client): Client => this.#wrap(client)
  wrapGit = (git: GitRepository): GitRepository => this.#wrap(git)

  #wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, property) => {
        const value: unknown = Reflect.get(object, property, object)
        if (property === 'as' || property === 'withFence') {
          return (...args: unknown[]) => this.#wrap((value as (...args: unknown[]) => object).apply(object, args))
        }
        if (typeof value !== 'function') return value
        if (property === 'watch' || property === 'onRefsChanged') return value.bind(object)
        return (...args: unknown[]) => this.#call(property, args, () => value.apply(object, args) as Promise<unknown>)
      },
    })
  }

  async #call(property: PropertyKey, args: readonly unknown[], effect: () => Promise<unknown>): Promise<unknown> {
    const isDryRun = args.some(
      arg => typeof arg === 'object' && arg !== null && (arg as { dryRun?: boolean }).dryRun === true,
    )
    const isHere = WRITES.has(property) && !isDryRun && ++this.writes === this.#at
    if (isHere && !this.#after) this.dead = true
    if (this.dead) return new Promise(() => {})
    const result = await effect()
    if (isHere) this.dead = true
    return this.dead ? new Promise(() => {}) : result
  }
}
