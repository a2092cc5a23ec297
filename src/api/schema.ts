import type { Json } from './object.ts'

/**
 * The structure of a kind as plain data. Decoding, pruning, defaulting, patches, managed fields, protobuf, OpenAPI and
 * property-test generators are all derived from it.
 */
export type Schema = StructSchema | MapSchema | ListSchema | ScalarSchema | AnySchema

interface SchemaBase {
  readonly description?: string
  readonly default?: Json
  readonly nullable?: boolean
}

/** An object with named fields. */
export interface StructSchema extends SchemaBase {
  readonly type: 'struct'
  /** OpenAPI definition name, e.g. `io.k8s.api.core.v1.PodSpec`; recursive schemas meet themselves here. */
  readonly name?: string
  /** A Map, so that a field named `__proto__` is plain data. */
  readonly fields: ReadonlyMap<string, Schema>
  readonly required: readonly string[]
  /** Owned and replaced as a whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean
  /** Unknown fields are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly preserveUnknown?: boolean
  /** Embedded object: apiVersion, kind and metadata are understood. */
  readonly embedded?: boolean
  /** A strategic merge patch may list the keys to keep in `$retainKeys`. */
  readonly retainKeys?: boolean
  /** A strategic merge patch replaces it instead of merging its fields. */
  readonly patchStrategy?: 'replace'
}

/** An object with free keys and values of one schema. */
export interface MapSchema extends SchemaBase {
  readonly type: 'map'
  readonly values: Schema
  readonly atomic?: boolean
}

export interface ListSchema extends SchemaBase {
  readonly type: 'list'
  readonly items: Schema
  /** How server-side apply treats it: as one value, as a set of scalars, or as a map by `keys`. */
  readonly listType: 'atomic' | 'set' | 'map'
  /** Key fields when listType is `map`. */
  readonly keys: readonly string[]
  /** How a strategic merge patch treats it: `merge` by `patchMergeKey` (or as a set of scalars), else replaced. */
  readonly patchStrategy?: 'merge' | 'replace'
  readonly patchMergeKey?: string
}

export interface ScalarSchema extends SchemaBase {
  readonly type:
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    /** Base64 in JSON, bytes in protobuf. */
    | 'bytes'
    /** RFC 3339, whole seconds. */
    | 'time'
    /** RFC 3339, microseconds. */
    | 'micro-time'
    /** A resource amount; number or string in, canonical string stored. */
    | 'quantity'
    | 'int-or-string'
  readonly format?: 'int32' | 'int64' | 'double'
  readonly enum?: readonly string[]
}

/** Any JSON. `embedded` = a whole Kubernetes object (RawExtension). */
export interface AnySchema extends SchemaBase {
  readonly type: 'any'
  readonly embedded?: boolean
}
