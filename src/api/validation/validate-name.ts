import type { FieldErrors } from '../field-errors.ts'

/** A name that must be there and follow a rule. */
export function validateRequiredName(
  name: string | undefined,
  whyNot: (name: string) => string | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (!name) {
    errors.required(path)
    return
  }
  const why = whyNot(name)
  if (why !== undefined) errors.invalid(path, name, why)
}

/** A name that may be left out. */
export function validateOptionalName(
  name: string | undefined,
  whyNot: (name: string) => string | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const why = name ? whyNot(name) : undefined
  if (why !== undefined) errors.invalid(path, name, why)
}

/** A value out of a fixed few. */
export function validateOneOf(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path)
  else if (!supported.includes(value)) errors.notSupported(path, value, supported)
}
