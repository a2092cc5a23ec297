import type { FieldErrors } from '../field-errors.ts'
import type { LabelSelector, LabelSelectorRequirement } from '../generated/types.ts'
import { whyNoLabelKey, whyNoLabelValue } from '../selector/label-syntax.ts'
import { validateLabels } from './labels.ts'

export function validateLabelSelector(selector: LabelSelector | undefined, path: string, errors: FieldErrors): void {
  if (selector === undefined) return
  validateLabels(selector.matchLabels, `${path}.matchLabels`, errors)
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    validateRequirement(requirement, `${path}.matchExpressions[${index}]`, errors)
  }
}

/** Whether it selects everything. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
}

function validateRequirement(requirement: LabelSelectorRequirement, path: string, errors: FieldErrors): void {
  const { key, operator, values = [] } = requirement
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    }
  } else errors.invalid(`${path}.operator`, operator, 'not a valid selector operator')
  const whyKey = whyNoLabelKey(key)
  if (whyKey !== undefined) errors.invalid(`${path}.key`, key, whyKey)
  for (const [index, value] of values.entries()) {
    const why = whyNoLabelValue(value)
    if (why !== undefined) errors.invalid(`${path}.values[${index}]`, value, why)
  }
}
