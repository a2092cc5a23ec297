import type { FieldErrors } from './field-errors.ts'
import type { KubeObject } from './object.ts'
import type { StructSchema } from './schema.ts'

/**
 * A kind, described once (`defineKind` in its own file under `src/api/kinds`). Everything that handles objects is
 * derived from this value; nothing else knows a kind by name.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  /** API group of the stored resource; `''` is the core group. */
  readonly group: string
  readonly kind: string
  readonly listKind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Version (of `group`) that the store holds and loops see. */
  readonly storageVersion: string
  /** Served forms, the preferred one first; the first entry of `group` with `storageVersion` is what loops see. */
  readonly versions: readonly KindVersion[]
  /** What may be done with it: `ALL_VERBS`, or fewer. */
  readonly verbs: readonly KindVerb[]
  readonly subresources: KindSubresources
  readonly strategy: KindStrategy<T>
  /** Field selectors beyond `metadata.name` and `metadata.namespace`: path -> value of an object. */
  readonly selectableFields: ReadonlyMap<string, FieldReader<T>>
  /** Values are encrypted in the store, and masked wherever they would be shown. */
  readonly secret: boolean
  /** Written to the store of events (own revisions, expiring) instead of the main one. */
  readonly ephemeral: boolean
}

export type KindVerb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

export const ALL_VERBS: readonly KindVerb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]

/** Method form, so that a `Kind<Pod>` is a `Kind`. */
export type FieldReader<T extends KubeObject> = { read(object: T): string }['read']

export interface KindVersion {
  readonly group: string
  readonly version: string
  readonly schema: StructSchema
  /** Sets defaults on a draft in this version; runs after the schema's own defaults. Idempotent. */
  readonly setDefaults?: (draft: KubeObject) => void
  /** Conversions; left out when this is the storage version's own form. */
  readonly toStorage?: (object: KubeObject) => KubeObject
  readonly fromStorage?: (object: KubeObject) => KubeObject
  readonly columns: readonly Column[]
  /** Shown as a `Warning:` header when this version is used. */
  readonly deprecation?: string
}

/** One column of the Table form. */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: string
  readonly description: string
  /** 0 = always, 1 = `-o wide` only. */
  readonly priority: 0 | 1
  /** `nowMs` is for ages: computed by the server. */
  readonly cell: (object: never, nowMs: number) => string | number | boolean | null
}

export interface KindSubresources {
  /** `/status` exists and status is its own: writes to the object never change it. */
  readonly status?: true
  readonly scale?: {
    readonly specReplicasPath: readonly string[]
    readonly statusReplicasPath: readonly string[]
    readonly selectorPath: readonly string[]
  }
  /** Further ones by name (`log`, `binding`, `eviction`, `finalize`, `token`), for discovery; handled by the registry. */
  readonly others?: readonly SubresourceInfo[]
}

export interface SubresourceInfo {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
}

/** What is particular to a kind on the write path. All functions are pure; drafts may be changed in place. */
export interface KindStrategy<T extends KubeObject = KubeObject> {
  /** generation is kept: 1 on create, +1 when anything but metadata and status changes. */
  readonly generation: boolean
  /** PUT without a resourceVersion is allowed. */
  readonly unconditionalUpdate: boolean
  /** PUT of a missing object creates it. */
  readonly createOnUpdate: boolean
  validateName(name: string): string | undefined
  prepareCreate?(draft: T, context: StrategyContext): void
  prepareUpdate?(draft: T, current: T, context: StrategyContext): void
  prepareStatusUpdate?(draft: T, current: T, context: StrategyContext): void
  validate(object: T, errors: FieldErrors): void
  validateUpdate?(object: T, current: T, errors: FieldErrors): void
  validateStatusUpdate?(object: T, current: T, errors: FieldErrors): void
  /** Unique keys this object holds while it exists, e.g. `cluster-ip/10.96.0.7`; the registry enforces them. */
  claims?(object: T): readonly string[]
  /** Seconds this object goes on living after DELETE; 0 or undefined = gone at once. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined
  /** Texts for `Warning:` headers. */
  warnings?(object: T): readonly string[]
}

export interface StrategyContext {
  readonly nowMs: number
  readonly user: string
}

/** `apps/v1`, `v1`. */
export function formatGroupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}

export function parseGroupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** apiVersion of the form that the store holds and loops see. */
export function storageApiVersion(kind: Kind): string {
  return formatGroupVersion(kind.group, kind.storageVersion)
}
