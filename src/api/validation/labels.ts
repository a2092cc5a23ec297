import type { FieldErrors } from '../field-errors.ts'
import { whyNoLabelKey, whyNoLabelValue } from '../selector/label-syntax.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** Labels, or anything that is matched against labels. */
export function validateLabels(labels: Labels, path: string, errors: FieldErrors): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const whyKey = whyNoLabelKey(key)
    if (whyKey !== undefined) errors.invalid(path, key, whyKey)
    const whyValue = whyNoLabelValue(value)
    if (whyValue !== undefined) errors.invalid(path, value, whyValue)
  }
}
