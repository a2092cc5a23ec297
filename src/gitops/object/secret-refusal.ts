import type { StatusCause } from '../../api/api-error.ts'

/**
 * Why a field of a Secret is refused, by the reason alone: the server's own message may quote the value. A field that
 * was given no sentence here is told by its reason.
 */
export function describeSecretRefusal({ reason = '' }: StatusCause): string {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason as keyof typeof WORDS] : `is refused (${reason || 'invalid'})`
}

const WORDS = {
  FieldValueTypeInvalid: 'is of the wrong form (not shown here): write plain text below stringData, base64 below data',
  FieldValueInvalid: 'is not valid (not shown here); see the rules of this field',
  FieldValueRequired: 'is missing, and this type of Secret needs it',
  FieldValueDuplicate: 'is given more than once',
  FieldValueNotSupported: 'is none of the values this field can have',
  FieldValueForbidden: 'cannot be set or changed here; an immutable Secret has to be replaced',
  FieldValueTooLong: 'is too long',
  FieldValueTooMany: 'has too many entries',
} as const
