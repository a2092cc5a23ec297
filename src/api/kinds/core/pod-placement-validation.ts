import type { FieldErrors } from '../../field-errors.ts'
import type { Toleration, TopologySpreadConstraint } from '../../generated/types.ts'
import { whyNoLabelKey, whyNoLabelValue } from '../../selector/label-syntax.ts'
import { validateLabelSelector } from '../../validation/label-selector.ts'
import { validatePositive } from '../../validation/numbers.ts'
import { validateOptionalName, validateRequiredName } from '../../validation/validate-name.ts'

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const OPERATORS = ['Equal', 'Exists']
const UNSATISFIABLE_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']

export function validateTolerations(tolerations: readonly Toleration[], path: string, errors: FieldErrors): void {
  for (const [index, toleration] of tolerations.entries()) {
    validateToleration(toleration, `${path}[${index}]`, errors)
  }
}

function validateToleration(toleration: Toleration, path: string, errors: FieldErrors): void {
  const { key, value, operator, effect, tolerationSeconds } = toleration
  validateOptionalName(key, whyNoLabelKey, `${path}.key`, errors)
  if (!key && operator !== 'Exists') {
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    errors.invalid(`${path}.operator`, operator ?? '', why)
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set")
  }
  if (operator === 'Exists') {
    if (value) errors.invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'")
  } else if (!operator || operator === 'Equal') validateOptionalName(value, whyNoLabelValue, `${path}.operator`, errors)
  else errors.notSupported(`${path}.operator`, operator, OPERATORS)
  if (effect && !TAINT_EFFECTS.includes(effect)) errors.notSupported(`${path}.effect`, effect, TAINT_EFFECTS)
}

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  path: string,
  errors: FieldErrors,
): void {
  const seen = new Set<string>()
  for (const [index, constraint] of constraints.entries()) {
    const constraintPath = `${path}[${index}]`
    validatePositive(constraint.maxSkew, `${constraintPath}.maxSkew`, errors)
    validateRequiredName(constraint.topologyKey, whyNoLabelKey, `${constraintPath}.topologyKey`, errors)
    if (!UNSATISFIABLE_ACTIONS.includes(constraint.whenUnsatisfiable)) {
      errors.notSupported(`${constraintPath}.whenUnsatisfiable`, constraint.whenUnsatisfiable, UNSATISFIABLE_ACTIONS)
    }
    const pair = `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`
    if (seen.has(pair)) errors.duplicate(`${constraintPath}.{topologyKey, whenUnsatisfiable}`, pair)
    seen.add(pair)
    validatePositive(constraint.minDomains, `${constraintPath}.minDomains`, errors)
    validateLabelSelector(constraint.labelSelector, `${constraintPath}.labelSelector`, errors)
  }
}
