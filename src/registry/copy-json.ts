import { setOwn } from '../api/plain-object.ts'

/** A changeable copy of plain JSON, shared with nothing. Several times faster than a structured clone. */
export function copyJson<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copyJson) as T
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson((value as Record<string, unknown>)[key]))
  return copy as T
}
