import type { Json } from '../object.ts'

/**
 * What the models do not say about a field: how server-side apply (list type, keys, map type) and a strategic merge
 * patch (strategy, merge key) treat it. A list without a rule is atomic for both; a struct or map merges field by field.
 */
export interface FieldRule {
  readonly listType?: 'set' | 'map'
  readonly keys?: readonly string[]
  readonly patchStrategy?: 'merge' | 'replace'
  readonly patchMergeKey?: string
  /** A strategic merge patch may name the keys to keep (`$retainKeys`). */
  readonly retainKeys?: boolean
  /** Owned as a whole by server-side apply; false overrides an atomic definition. */
  readonly atomic?: boolean
  /** Value of the field when it is left out; needed where it is a key of a list. */
  readonly default?: Json
  /** Required, but a pointer in Kubernetes' types: left out, it is nothing rather than an empty value. */
  readonly pointer?: boolean
}

/** Definition name -> field -> rule. */
export type DefinitionRules = Readonly<Record<string, Readonly<Record<string, FieldRule>>>>

/** Items are found by these keys, by a strategic merge patch by the first of them. */
export function byKey(mergeKey: string, ...others: readonly string[]): FieldRule {
  return { listType: 'map', keys: [mergeKey, ...others], patchStrategy: 'merge', patchMergeKey: mergeKey }
}

/** As `byKey`, with items that are unions: a patch names the keys that stay. */
export function byKeyRetaining(mergeKey: string): FieldRule {
  return { ...byKey(mergeKey), retainKeys: true }
}

/** Merged by server-side apply; replaced by a strategic merge patch. */
export function appliedByKey(...keys: readonly string[]): FieldRule {
  return { listType: 'map', keys }
}

/** Merged by a strategic merge patch; atomic for server-side apply. */
export function patchedByKey(mergeKey: string): FieldRule {
  return { patchStrategy: 'merge', patchMergeKey: mergeKey }
}

/** A set of scalars for both. */
export const mergedSet: FieldRule = { listType: 'set', patchStrategy: 'merge' }

/** A set for server-side apply; replaced by a strategic merge patch. */
export const appliedSet: FieldRule = { listType: 'set' }

/** A map or struct owned as a whole. */
export const atomicMap: FieldRule = { atomic: true }

/** A struct whose definition is atomic, but not here. */
export const granular: FieldRule = { atomic: false }

/** A union struct: a patch names the keys that stay. */
export const retainKeys: FieldRule = { retainKeys: true }

/** A struct that a strategic merge patch replaces. */
export const patchReplaces: FieldRule = { patchStrategy: 'replace' }

/** A required struct or text that has no empty value. */
export const pointer: FieldRule = { pointer: true }

/** Left out, the field has this value: keys of list items must, for server-side apply to find the items. */
export function defaulted(value: Json): FieldRule {
  return { default: value }
}
