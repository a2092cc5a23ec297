import type { FieldErrors } from '../../field-errors.ts'
import type {
  Affinity,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
} from '../../generated/types.ts'
import { whyNoLabelKey } from '../../selector/label-syntax.ts'
import { validateLabelSelector } from '../../validation/label-selector.ts'
import { validateRange } from '../../validation/numbers.ts'
import { validateRequiredName } from '../../validation/validate-name.ts'

const WEIGHT_MAX = 100

export function validateAffinity(affinity: Affinity | undefined, path: string, errors: FieldErrors): void {
  if (affinity?.nodeAffinity) validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`, errors)
  if (affinity?.podAffinity) validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`, errors)
  if (affinity?.podAntiAffinity) validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`, errors)
}

function validateNodeAffinity(affinity: NodeAffinity, path: string, errors: FieldErrors): void {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution
  if (required !== undefined) {
    const termsPath = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`
    if (!required.nodeSelectorTerms?.length) errors.required(termsPath, 'must have at least one node selector term')
    for (const [index, term] of (required.nodeSelectorTerms ?? []).entries()) {
      validateNodeTerm(term, `${termsPath}[${index}]`, errors)
    }
  }
  for (const [index, preferred] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const preferredPath = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`
    validateWeight(preferred.weight, `${preferredPath}.weight`, errors)
    validateNodeTerm(preferred.preference, `${preferredPath}.preference`, errors)
  }
}

function validateNodeTerm(term: NodeSelectorTerm, path: string, errors: FieldErrors): void {
  for (const [index, requirement] of (term.matchExpressions ?? []).entries()) {
    const requirementPath = `${path}.matchExpressions[${index}]`
    validateRequiredName(requirement.key, whyNoLabelKey, `${requirementPath}.key`, errors)
    validateNodeRequirement(requirement, requirementPath, errors)
  }
  for (const [index, requirement] of (term.matchFields ?? []).entries()) {
    const requirementPath = `${path}.matchFields[${index}]`
    if (requirement.key !== 'metadata.name') {
      errors.invalid(`${requirementPath}.key`, requirement.key, 'not a valid field selector key')
    }
    if (requirement.operator !== 'In' && requirement.operator !== 'NotIn') {
      errors.invalid(`${requirementPath}.operator`, requirement.operator, 'not a valid selector operator')
    } else if (requirement.values?.length !== 1) {
      errors.required(
        `${requirementPath}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      )
    }
  }
}

function validateNodeRequirement(requirement: NodeSelectorRequirement, path: string, errors: FieldErrors): void {
  const { operator, values = [] } = requirement
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
      return
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      }
      return
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")
      }
      return
    default:
      errors.invalid(`${path}.operator`, operator, 'not a valid selector operator')
  }
}

function validatePodAffinity(affinity: PodAffinity | PodAntiAffinity, path: string, errors: FieldErrors): void {
  for (const [index, term] of (affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    validatePodTerm(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, errors)
  }
  for (const [index, preferred] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const preferredPath = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`
    validateWeight(preferred.weight, `${preferredPath}.weight`, errors)
    validatePodTerm(preferred.podAffinityTerm, `${preferredPath}.podAffinityTerm`, errors)
  }
}

function validatePodTerm(term: PodAffinityTerm, path: string, errors: FieldErrors): void {
  if (!term.topologyKey) errors.required(`${path}.topologyKey`, 'can not be empty')
  else validateRequiredName(term.topologyKey, whyNoLabelKey, `${path}.topologyKey`, errors)
  validateLabelSelector(term.labelSelector, `${path}.labelSelector`, errors)
  validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors)
}

function validateWeight(weight: number, path: string, errors: FieldErrors): void {
  validateRange(weight, 1, WEIGHT_MAX, path, errors)
}
