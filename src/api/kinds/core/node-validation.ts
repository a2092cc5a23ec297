import type { FieldErrors } from '../../field-errors.ts'
import { whyNoLabelKey, whyNoLabelValue } from '../../selector/label-syntax.ts'
import { validateOneOf, validateOptionalName, validateRequiredName } from '../../validation/validate-name.ts'
import type { Node } from './node.ts'
import { TAINT_EFFECTS } from './pod-placement-validation.ts'

export function validateNode({ spec }: Node, errors: FieldErrors): void {
  const seen = new Set<string>()
  for (const [index, taint] of (spec.taints ?? []).entries()) {
    const path = `spec.taints[${index}]`
    validateRequiredName(taint.key, whyNoLabelKey, `${path}.key`, errors)
    validateOptionalName(taint.value, whyNoLabelValue, `${path}.value`, errors)
    validateOneOf(taint.effect, TAINT_EFFECTS, `${path}.effect`, errors)
    const pair = `${taint.key}:${taint.effect}`
    if (seen.has(pair)) errors.duplicate(path, pair)
    seen.add(pair)
  }
}

export function validateNodeUpdate({ spec }: Node, current: Node, errors: FieldErrors): void {
  const before = current.spec ?? {}
  if (before.providerID && spec.providerID !== before.providerID) {
    errors.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')
  }
  if (before.podCIDRs?.length && spec.podCIDRs?.join() !== before.podCIDRs.join()) {
    errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')
  }
}
