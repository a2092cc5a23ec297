import { canonicalQuantity, QuantityError } from '../scalars/quantity.ts'
import { canonicalMicroTime, canonicalTime } from '../scalars/time.ts'
import type { ScalarSchema, Schema } from '../schema.ts'
import { isBase64 } from './base64.ts'

/** Why a value is not what its schema says. */
export class ScalarError {
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

/** The value in its stored form, or why it is none. */
export function checkScalar(value: unknown, schema: ScalarSchema): unknown {
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? value : new ScalarError(wrongString(value))
    case 'boolean':
      return typeof value === 'boolean' ? value : new ScalarError(`must be true or false, not ${typeName(value)}`)
    case 'integer':
      return checkInteger(value, schema.format === 'int32')
    case 'number':
      return typeof value === 'number' ? value : new ScalarError(`must be a number, not ${typeName(value)}`)
    case 'bytes':
      return checkBytes(value)
    case 'time':
      return checkTime(value, canonicalTime)
    case 'micro-time':
      return checkTime(value, canonicalMicroTime)
    case 'quantity':
      return checkQuantity(value)
    case 'int-or-string':
      if (typeof value === 'string') return value
      return typeof value === 'number'
        ? checkInteger(value, true)
        : new ScalarError(`must be a whole number or a string, not ${typeName(value)}`)
  }
}

function wrongString(value: unknown): string {
  const unquoted = typeof value === 'number' || typeof value === 'boolean'
  return `must be a string, not ${typeName(value)}${unquoted ? ' (put it in quotes)' : ''}`
}

const INT32_MAX = 0x7fffffff

function checkInteger(value: unknown, is32Bits: boolean): unknown {
  if (typeof value !== 'number') return new ScalarError(`must be a whole number, not ${typeName(value)}`)
  if (!Number.isInteger(value)) return new ScalarError('must be a whole number, not a fraction')
  if (is32Bits && (value > INT32_MAX || value < -INT32_MAX - 1)) {
    return new ScalarError(`must be between ${-INT32_MAX - 1} and ${INT32_MAX}`)
  }
  return Number.isSafeInteger(value) ? value : new ScalarError('must be between -(2^53-1) and 2^53-1')
}

function checkBytes(value: unknown): unknown {
  if (typeof value !== 'string') return new ScalarError(`must be a string in base64, not ${typeName(value)}`)
  const text = value.replace(/[\r\n]/g, '')
  return isBase64(text) ? text : new ScalarError('must be base64 (standard alphabet, with padding)')
}

function checkTime(value: unknown, canonical: (text: string) => string | undefined): unknown {
  const stored = typeof value === 'string' ? canonical(value) : undefined
  return stored ?? new ScalarError(`must be a time as in RFC 3339, e.g. "2026-11-20T22:58:00Z"`)
}

function checkQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return new ScalarError(`must be a quantity, e.g. "500m" or "128Mi", not ${typeName(value)}`)
  }
  try {
    return canonicalQuantity(value)
  } catch (error) {
    if (error instanceof QuantityError) return new ScalarError(error.message)
    throw error
  }
}

/** What a value is, for the end of a sentence. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'object':
      return 'an object'
    case 'string':
      return 'a string'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'a boolean'
    default:
      return typeof value
  }
}

/** What Kubernetes' own types hold when nothing was said; undefined where they hold nothing. */
export function zeroOf(schema: Schema): unknown {
  switch (schema.type) {
    case 'struct':
    case 'map':
      return {}
    case 'list':
      return []
    case 'string':
    case 'bytes':
      return ''
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    default:
      return undefined
  }
}
