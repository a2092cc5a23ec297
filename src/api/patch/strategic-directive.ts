import { apiError } from '../api-error.ts'
import type { ReadonlyPlainObject } from '../plain-object.ts'

/** `{$patch: replace}` or `{$patch: delete, name: x}` among the items of a list. */
export function isListDirective(item: ReadonlyPlainObject): boolean {
  return Object.hasOwn(item, '$patch') && item['$patch'] !== 'merge'
}

/** 400; `path` as `.spec.containers`. */
export function refuse(path: string, why: string): Error {
  return apiError(
    'BadRequest',
    `the strategic merge patch could not be applied: ${path === '' ? '(root)' : path}: ${why}`,
  )
}
