import type { FieldsV1 } from '../object.ts'
import { isPlainObject, setOwn } from '../plain-object.ts'
import { EMPTY_SET, type FieldSet, fieldSet, LEAF } from './field-set.ts'

/** The text is not the wire form of a field set. */
export class FieldsV1Error extends Error {
  override readonly name = 'FieldsV1Error'
}

/** Path elements inside one another; more are refused. */
export const FIELDS_DEPTH_MAX = 500

/** The wire form: `{}` below a path means the path itself, `.` beside others means the path too. */
export function formatFieldsV1(set: FieldSet): FieldsV1 {
  const fields: FieldsV1 = {}
  if (set.owned && set.children.size > 0) fields['.'] = {}
  for (const [element, child] of set.children) fields[element] = formatFieldsV1(child)
  return fields
}

/** Throws FieldsV1Error. */
export function parseFieldsV1(fields: unknown): FieldSet {
  const set = parseNode(fields, 0)
  return set === LEAF ? EMPTY_SET : set
}

function parseNode(fields: unknown, depth: number): FieldSet {
  if (!isPlainObject(fields)) throw new FieldsV1Error('a set of fields must be an object of objects')
  if (depth > FIELDS_DEPTH_MAX)
    throw new FieldsV1Error(`more than ${FIELDS_DEPTH_MAX} path elements inside one another`)
  let owned = true
  const children = new Map<string, FieldSet>()
  for (const key of Object.keys(fields)) {
    if (key === '.') continue
    owned = false
    children.set(canonicalElement(key), parseNode(fields[key], depth + 1))
  }
  return fieldSet(owned || Object.hasOwn(fields, '.'), children)
}

function canonicalElement(key: string): string {
  if (key.startsWith('f:')) return key
  if (key.startsWith('k:')) return `k:${canonicalKeys(key)}`
  if (key.startsWith('v:')) return `v:${JSON.stringify(parseElement(key))}`
  if (/^i:\d{1,15}$/.test(key)) return key
  throw new FieldsV1Error(`${JSON.stringify(key)} is not a path element: expected f:, k:, v:, i: or "."`)
}

function canonicalKeys(key: string): string {
  const value = parseElement(key)
  if (!isPlainObject(value))
    throw new FieldsV1Error(`${JSON.stringify(key)}: the keys of a list item must be an object`)
  const sorted: Record<string, unknown> = {}
  for (const name of Object.keys(value).sort()) setOwn(sorted, name, value[name])
  return JSON.stringify(sorted)
}

function parseElement(key: string): unknown {
  try {
    return JSON.parse(key.slice(2))
  } catch {
    throw new FieldsV1Error(`${JSON.stringify(key)}: what follows the colon must be JSON`)
  }
}
