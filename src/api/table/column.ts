import type { Column } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { formatAge } from './human-duration.ts'

type Cell = string | number | boolean | null

interface ColumnOptions {
  readonly type?: Column['type']
  readonly format?: string
  readonly description?: string
}

/** A column that is always shown. */
export function column<T extends KubeObject>(
  name: string,
  cell: (object: T, nowMs: number) => Cell,
  options: ColumnOptions = {},
): Column {
  return { name, type: 'string', description: '', priority: 0, ...options, cell }
}

/** A column of `-o wide` only. */
export function wideColumn<T extends KubeObject>(
  name: string,
  cell: (object: T, nowMs: number) => Cell,
  options: ColumnOptions = {},
): Column {
  return { ...column(name, cell, options), priority: 1 }
}

export const nameColumn: Column = column('Name', object => object.metadata.name, {
  format: 'name',
  description: 'Unique within a namespace.',
})

export const ageColumn: Column = column('Age', (object, nowMs) => formatAge(object.metadata.creationTimestamp, nowMs), {
  description: 'Time since the object was created.',
})
