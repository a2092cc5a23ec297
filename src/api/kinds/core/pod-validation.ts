import type { FieldErrors } from '../../field-errors.ts'
import type { Pod } from './pod.ts'
import { validatePodSpec } from './pod-spec-validation.ts'

export function validatePod({ spec }: Pod, errors: FieldErrors): void {
  validatePodSpec(spec, 'spec', errors)
  if (spec.ephemeralContainers?.length && !spec.nodeName) {
    errors.forbidden('spec.ephemeralContainers', 'may not be set on pod creation')
  }
}
