import type { Json } from './object.ts'
import type { AnySchema, ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from './schema.ts'

/** Short words for writing schemas by hand, as our own kinds do. */

interface StructOptions {
  readonly required?: readonly string[]
  readonly description?: string
  readonly name?: string
  readonly atomic?: boolean
  readonly preserveUnknown?: boolean
}

export function struct(fields: Readonly<Record<string, Schema>>, options: StructOptions = {}): StructSchema {
  return { type: 'struct', fields: new Map(Object.entries(fields)), required: [], ...options }
}

interface ScalarOptions {
  readonly description?: string
  readonly default?: Json
  readonly enum?: readonly string[]
}

export function text(options: ScalarOptions = {}): ScalarSchema {
  return { type: 'string', ...options }
}

export function integer(options: ScalarOptions = {}): ScalarSchema {
  return { type: 'integer', format: 'int64', ...options }
}

export function flag(options: ScalarOptions = {}): ScalarSchema {
  return { type: 'boolean', ...options }
}

export function time(options: ScalarOptions = {}): ScalarSchema {
  return { type: 'time', ...options }
}

export function mapOf(values: Schema, options: { readonly description?: string } = {}): MapSchema {
  return { type: 'map', values, ...options }
}

/** A list owned and replaced as a whole. */
export function listOf(items: Schema, options: { readonly description?: string } = {}): ListSchema {
  return { type: 'list', items, listType: 'atomic', keys: [], ...options }
}

/** A list whose items are found by key fields, and merged item by item. */
export function listByKey(items: StructSchema, keys: readonly string[], description?: string): ListSchema {
  const [mergeKey] = keys
  return {
    type: 'list',
    items,
    listType: 'map',
    keys,
    patchStrategy: 'merge',
    ...(mergeKey !== undefined && { patchMergeKey: mergeKey }),
    ...(description !== undefined && { description }),
  }
}

export function anyJson(options: { readonly description?: string } = {}): AnySchema {
  return { type: 'any', ...options }
}
