import type { ApiErrorReason } from '../api/api-error.ts'
import { apiError } from '../api/api-error.ts'
import type { ListRequest, WatchRequest } from '../registry/registry.ts'

/** What the query string of a request may say. Every function throws 400 or 422 naming the option. */

const FIELD_MANAGER_LENGTH_MAX = 128

export interface WriteQuery {
  readonly dryRun: boolean
  readonly fieldManager: string | undefined
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'
}

export function parseWriteQuery(query: URLSearchParams): WriteQuery {
  const fieldValidation = query.get('fieldValidation') || 'Warn'
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore')
    throw unsupported('fieldValidation', fieldValidation, ['Ignore', 'Strict', 'Warn'])
  return { dryRun: parseDryRun(query.getAll('dryRun')), fieldManager: fieldManagerOf(query), fieldValidation }
}

/** `All` is the one value there is. */
export function parseDryRun(values: readonly unknown[]): boolean {
  for (const value of values) if (value !== 'All' && value !== '') throw unsupported('dryRun', value, ['All'])
  return values.includes('All')
}

function fieldManagerOf(query: URLSearchParams): string | undefined {
  const manager = query.get('fieldManager')
  if (manager === null || manager === '') return undefined
  if (manager.length > FIELD_MANAGER_LENGTH_MAX)
    throw invalid('fieldManager', `Too long: may not be more than ${FIELD_MANAGER_LENGTH_MAX} bytes`)
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(manager))
    throw invalid('fieldManager', `Invalid value: ${JSON.stringify(manager)}: should only contain printable characters`)
  return manager
}

export function parseListQuery(query: URLSearchParams): ListRequest {
  const limit = parseInteger(query, 'limit')
  return {
    ...parseSelection(query),
    ...(limit !== undefined && limit > 0 && { limit }),
    ...textOption(query, 'continue'),
  }
}

export function parseWatchQuery(query: URLSearchParams): WatchRequest {
  return {
    ...parseSelection(query),
    allowBookmarks: parseBoolean(query, 'allowWatchBookmarks') ?? false,
    ...booleanOption(query, 'sendInitialEvents'),
  }
}

function parseSelection(query: URLSearchParams) {
  return {
    ...textOption(query, 'labelSelector'),
    ...textOption(query, 'fieldSelector'),
    ...textOption(query, 'resourceVersion'),
    ...resourceVersionMatchOption(query),
  }
}

function textOption<Name extends string>(query: URLSearchParams, name: Name): { [K in Name]?: string } {
  const value = query.get(name)
  return value === null || value === '' ? {} : ({ [name]: value } as { [K in Name]?: string })
}

function booleanOption<Name extends string>(query: URLSearchParams, name: Name): { [K in Name]?: boolean } {
  const value = parseBoolean(query, name)
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: boolean })
}

function resourceVersionMatchOption(query: URLSearchParams) {
  const match = query.get('resourceVersionMatch')
  if (match === null || match === '') return {}
  if (match !== 'Exact' && match !== 'NotOlderThan')
    throw unsupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan'])
  return { resourceVersionMatch: match } as const
}

/** Undefined when left out. */
export function parseBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  if (/^(1|t|true)$/i.test(value)) return true
  if (/^(0|f|false)$/i.test(value)) return false
  throw apiError('BadRequest', `${name}: ${JSON.stringify(value)} is neither true nor false`)
}

/** Undefined when left out. */
export function parseInteger(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  const number = Number(value)
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number))
    throw apiError('BadRequest', `${name}: ${JSON.stringify(value.slice(0, 100))} is not a whole number`)
  return number
}

/** Table rows carry this much of their object. */
export function parseIncludeObject(query: URLSearchParams): 'None' | 'Metadata' | 'Object' {
  const value = query.get('includeObject') || 'Metadata'
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value
  throw unsupported('includeObject', value, ['Metadata', 'None', 'Object'])
}

export function unsupported(field: string, value: unknown, supported: readonly string[]) {
  const values = supported.map(each => JSON.stringify(each)).join(', ')
  return invalid(field, `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`)
}

export function invalid(field: string, message: string, reason: ApiErrorReason = 'Invalid') {
  return apiError(reason, `${field}: ${message}`, { causes: [{ reason: 'FieldValueInvalid', message, field }] })
}
