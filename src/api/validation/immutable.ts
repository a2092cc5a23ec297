import { equalJson } from '../equal-json.ts'
import type { FieldErrors } from '../field-errors.ts'

/** What was said once stays. */
export function validateImmutable(value: unknown, current: unknown, path: string, errors: FieldErrors): void {
  if (!equalJson(value, current)) errors.invalid(path, value, 'field is immutable')
}
