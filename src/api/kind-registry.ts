import type { Kind, KindVersion } from './kind.ts'
import { formatGroupVersion } from './kind.ts'

export interface ServedKind {
  readonly kind: Kind
  readonly version: KindVersion
}

/**
 * The kinds a server serves: a value, never a module global. Adding and removing one at run time is seen by whoever
 * reads it next and by `onChange` listeners (routes, discovery, OpenAPI, caches).
 */
export class KindRegistry {
  readonly #byResource = new Map<string, ServedKind>()
  readonly #byKind = new Map<string, ServedKind>()
  readonly #kinds = new Map<string, Kind>()
  readonly #listeners = new Set<() => void>()
  /** Grows with every change: part of discovery and OpenAPI hashes. */
  generation = 0

  constructor(kinds: readonly Kind[] = []) {
    for (const kind of kinds) this.add(kind)
  }

  /** Adds or replaces. */
  add(kind: Kind): void {
    this.#forget(kind)
    this.#kinds.set(`${kind.group}/${kind.plural}`, kind)
    for (const version of kind.versions) {
      const apiVersion = formatGroupVersion(version.group, version.version)
      this.#byResource.set(`${apiVersion}/${kind.plural}`, { kind, version })
      this.#byKind.set(`${apiVersion}/${kind.kind}`, { kind, version })
    }
    this.#changed()
  }

  remove(kind: Kind): void {
    this.#forget(kind)
    this.#changed()
  }

  /** All kinds, in the order they were added. */
  list(): readonly Kind[] {
    return [...this.#kinds.values()]
  }

  /** By URL: `apps/v1` + `deployments`. */
  byResource(apiVersion: string, plural: string): ServedKind | undefined {
    return this.#byResource.get(`${apiVersion}/${plural}`)
  }

  /** By manifest: `apps/v1` + `Deployment`. */
  byKind(apiVersion: string, kind: string): ServedKind | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`)
  }

  onChange(listener: () => void): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => this.#listeners.delete(listener) }
  }

  #forget(kind: Kind): void {
    const known = this.#kinds.get(`${kind.group}/${kind.plural}`)
    if (known === undefined) return
    this.#kinds.delete(`${kind.group}/${kind.plural}`)
    for (const version of known.versions) {
      const apiVersion = formatGroupVersion(version.group, version.version)
      this.#byResource.delete(`${apiVersion}/${known.plural}`)
      this.#byKind.delete(`${apiVersion}/${known.kind}`)
    }
  }

  #changed(): void {
    this.generation += 1
    for (const listener of this.#listeners) listener()
  }
}
