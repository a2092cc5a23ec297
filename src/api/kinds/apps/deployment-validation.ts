import type { FieldErrors } from '../../field-errors.ts'
import type { RollingUpdateDeployment } from '../../generated/types.ts'
import { whyNoIntOrPercent } from '../../scalars/int-or-string.ts'
import { validateImmutable } from '../../validation/immutable.ts'
import { validateNonNegative } from '../../validation/numbers.ts'
import { validateOneOf } from '../../validation/validate-name.ts'
import type { Deployment } from './deployment.ts'
import { validateWorkloadTemplate } from './pod-template-validation.ts'

const STRATEGIES = ['Recreate', 'RollingUpdate']
const PERCENT_MAX = 100

export function validateDeployment({ spec }: Deployment, errors: FieldErrors): void {
  validateWorkloadTemplate(spec.template, spec.selector, 'deployment', errors)
  validateNonNegative(spec.replicas, 'spec.replicas', errors)
  validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  validateNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
  validateNonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds', errors)
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    errors.invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds')
  }
  validateStrategy(spec.strategy, errors)
}

export function validateDeploymentUpdate(object: Deployment, current: Deployment, errors: FieldErrors): void {
  validateImmutable(object.spec.selector, current.spec.selector, 'spec.selector', errors)
}

function validateStrategy(strategy: Deployment['spec']['strategy'], errors: FieldErrors): void {
  const path = 'spec.strategy'
  validateOneOf(strategy?.type, STRATEGIES, `${path}.type`, errors)
  const rolling = strategy?.rollingUpdate
  if (strategy?.type === 'Recreate' && rolling !== undefined) {
    errors.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")
  } else if (strategy?.type === 'RollingUpdate') {
    if (rolling === undefined) errors.required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')
    else validateRollingUpdate(rolling, `${path}.rollingUpdate`, errors)
  }
}

function validateRollingUpdate(rolling: RollingUpdateDeployment, path: string, errors: FieldErrors): void {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling
  validateAmount(maxUnavailable, `${path}.maxUnavailable`, errors)
  validateAmount(maxSurge, `${path}.maxSurge`, errors)
  if (Number.parseInt(String(maxUnavailable), 10) === 0 && Number.parseInt(String(maxSurge), 10) === 0) {
    errors.invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')
  }
  if (typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > PERCENT_MAX) {
    errors.invalid(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%')
  }
}

/** A number of pods, or a share of them. */
function validateAmount(amount: number | string, path: string, errors: FieldErrors): void {
  const wrong = whyNoIntOrPercent(amount)
  if (wrong !== undefined) errors.invalid(path, amount, wrong)
  else if (typeof amount === 'number') validateNonNegative(amount, path, errors)
}
