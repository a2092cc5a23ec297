import type { FieldErrors } from '../../field-errors.ts'
import { validateImmutable } from '../../validation/immutable.ts'
import { validateNonNegative } from '../../validation/numbers.ts'
import { validateWorkloadTemplate } from './pod-template-validation.ts'
import type { ReplicaSet } from './replica-set.ts'

export function validateReplicaSet({ spec }: ReplicaSet, errors: FieldErrors): void {
  validateNonNegative(spec.replicas, 'spec.replicas', errors)
  validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  validateWorkloadTemplate(spec.template, spec.selector, 'replicaset', errors)
}

export function validateReplicaSetUpdate(object: ReplicaSet, current: ReplicaSet, errors: FieldErrors): void {
  validateImmutable(object.spec.selector, current.spec.selector, 'spec.selector', errors)
}
