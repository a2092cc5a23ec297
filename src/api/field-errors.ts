import type { ApiError, StatusCause } from './api-error.ts'
import { apiError } from './api-error.ts'

export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueNotSupported'
  | 'FieldValueNotFound'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'

/** Collects what is wrong with an object, each with its field path. Bounded: the first 100 are kept. */
export class FieldErrors {
  static readonly LIMIT = 100
  readonly list: StatusCause[] = []

  add(reason: FieldErrorReason, field: string, message: string): void {
    if (this.list.length < FieldErrors.LIMIT) this.list.push({ reason, message, field })
  }

  required(field: string, why = ''): void {
    this.add('FieldValueRequired', field, why === '' ? 'Required value' : `Required value: ${why}`)
  }

  invalid(field: string, value: unknown, why: string): void {
    this.add('FieldValueInvalid', field, `Invalid value: ${showValue(value)}: ${why}`)
  }

  duplicate(field: string, value: unknown): void {
    this.add('FieldValueDuplicate', field, `Duplicate value: ${showValue(value)}`)
  }

  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const values = supported.map(each => JSON.stringify(each)).join(', ')
    this.add('FieldValueNotSupported', field, `Unsupported value: ${showValue(value)}: supported values: ${values}`)
  }

  forbidden(field: string, why: string): void {
    this.add('FieldValueForbidden', field, `Forbidden: ${why}`)
  }

  tooLong(field: string, lengthMax: number): void {
    this.add('FieldValueTooLong', field, `Too long: may not be more than ${lengthMax} bytes`)
  }

  tooMany(field: string, count: number, countMax: number): void {
    this.add('FieldValueTooMany', field, `Too many: ${count}: must have at most ${countMax} items`)
  }

  /** Throws a 422 that names them all; returns when there are none. */
  throwIfAny(group: string, kind: string, name: string): void {
    if (this.list.length > 0) throw this.toApiError(group, kind, name)
  }

  /** `name` is missing in what was never given one. */
  toApiError(group: string, kind: string, name: string | undefined): ApiError {
    const each = this.list.map(cause => `${cause.field}: ${cause.message}`)
    const all = each.length === 1 ? each[0] : `[${each.join(', ')}]`
    const qualified = group === '' ? kind : `${kind}.${group}`
    return apiError('Invalid', `${qualified} ${JSON.stringify(name ?? '')} is invalid: ${all}`, {
      ...(name !== undefined && { name }),
      ...(group && { group }),
      kind,
      causes: this.list,
    })
  }
}

const SHOWN_VALUE_LENGTH_MAX = 256

function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_VALUE_LENGTH_MAX ? `${text.slice(0, SHOWN_VALUE_LENGTH_MAX)}...` : text
}
