import type { FieldErrors } from '../field-errors.ts'
import { isPlainObject, type ReadonlyPlainObject } from '../plain-object.ts'
import { FieldsV1Error, parseFieldsV1 } from './fields-v1.ts'

const FIELD_MANAGER_LENGTH_MAX = 128
const SUBRESOURCE_LENGTH_MAX = 256

/** Why a text cannot be the name of a field manager; undefined when it can. */
export function whyNoFieldManager(name: string): string | undefined {
  if (name.length > FIELD_MANAGER_LENGTH_MAX) return `may not be more than ${FIELD_MANAGER_LENGTH_MAX} characters`
  return /\p{C}|(?! )\p{Z}/u.test(name) ? 'should only contain printable characters' : undefined
}

/** `metadata.managedFields` as a client sent it; adds what is wrong with it. `[{}]` (clear them) is fine. */
export function validateManagedFields(entries: unknown, errors: FieldErrors, path = 'metadata.managedFields'): void {
  if (entries === undefined || entries === null) return
  if (!Array.isArray(entries)) {
    errors.invalid(path, entries, 'must be a list')
    return
  }
  if (entries.length === 1 && isPlainObject(entries[0]) && Object.keys(entries[0]).length === 0) return
  for (const [index, entry] of entries.entries()) {
    if (isPlainObject(entry)) validateEntry(entry, errors, `${path}[${index}]`)
    else errors.invalid(`${path}[${index}]`, entry, 'must be an object')
  }
}

function validateEntry(entry: ReadonlyPlainObject, errors: FieldErrors, path: string): void {
  const { operation, fieldsType, manager, subresource, fieldsV1 } = entry
  if (operation !== 'Apply' && operation !== 'Update') {
    errors.invalid(`${path}.operation`, operation, 'must be `Apply` or `Update`')
  }
  if (fieldsType !== 'FieldsV1') errors.invalid(`${path}.fieldsType`, fieldsType, 'must be `FieldsV1`')
  const wrongManager = typeof manager === 'string' ? whyNoFieldManager(manager) : 'must be a text'
  if (wrongManager !== undefined) errors.invalid(`${path}.manager`, manager, wrongManager)
  if (typeof subresource === 'string' && subresource.length > SUBRESOURCE_LENGTH_MAX) {
    errors.tooLong(`${path}.subresource`, SUBRESOURCE_LENGTH_MAX)
  }
  validateFields(fieldsV1, errors, `${path}.fieldsV1`)
}

function validateFields(fields: unknown, errors: FieldErrors, path: string): void {
  try {
    if (fields !== undefined && fields !== null) parseFieldsV1(fields)
  } catch (error) {
    if (!(error instanceof FieldsV1Error)) throw error
    errors.invalid(path, '', error.message)
  }
}
