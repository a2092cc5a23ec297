import { equalJson } from '../../equal-json.ts'
import type { FieldErrors } from '../../field-errors.ts'
import type { Container, PodSpec, Toleration } from '../../generated/types.ts'
import { changedPaths } from '../../validation/changed-paths.ts'
import type { Pod } from './pod.ts'

const MAY_CHANGE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** A pod is run as it was made: all but a few fields of its spec stay. */
export function validatePodUpdate(object: Pod, current: Pod, errors: FieldErrors): void {
  validateDeadline(object.spec, current.spec, errors)
  validateAddedTolerations(object.spec.tolerations ?? [], current.spec.tolerations ?? [], errors)
  for (const [index, container] of (object.spec.containers ?? []).entries()) {
    if (!container.image) errors.required(`spec.containers[${index}].image`)
  }
  const allowed = withAllowedChanges(object.spec, current.spec)
  if (equalJson(object.spec, allowed)) return
  const paths = changedPaths(object.spec, allowed, 'spec').join(', ')
  errors.forbidden('spec', `pod updates may not change fields other than ${MAY_CHANGE}; changed: ${paths}`)
}

/** The current spec with the changes taken over that are allowed. */
function withAllowedChanges(wanted: PodSpec, current: PodSpec): PodSpec {
  const allowed: PodSpec = { ...current }
  allowed.containers = takeImages(wanted.containers, current.containers)
  if (current.initContainers) allowed.initContainers = takeImages(wanted.initContainers, current.initContainers)
  for (const field of ['activeDeadlineSeconds', 'tolerations'] as const) {
    if (wanted[field] === undefined) delete allowed[field]
    else Object.assign(allowed, { [field]: wanted[field] })
  }
  if ((current.terminationGracePeriodSeconds ?? 0) < 0 && wanted.terminationGracePeriodSeconds === 1) {
    allowed.terminationGracePeriodSeconds = 1
  }
  if (current.schedulingGates?.length) takeGatedChanges(allowed, wanted, current)
  return allowed
}

function takeImages(wanted: readonly Container[] | undefined, current: readonly Container[]): Container[] {
  return current.map((container, index) => {
    const image = wanted?.[index]?.image
    return image === undefined ? container : { ...container, image }
  })
}

/** A pod that is still held back may lose gates, and be narrowed to fewer nodes. */
function takeGatedChanges(allowed: PodSpec, wanted: PodSpec, current: PodSpec): void {
  const gates = wanted.schedulingGates ?? []
  const known = new Set((current.schedulingGates ?? []).map(({ name }) => name))
  if (gates.every(({ name }) => known.has(name))) {
    if (wanted.schedulingGates === undefined) delete allowed.schedulingGates
    else allowed.schedulingGates = gates
  }
  const selector = Object.entries(current.nodeSelector ?? {})
  if (wanted.nodeSelector && selector.every(([key, value]) => wanted.nodeSelector?.[key] === value)) {
    allowed.nodeSelector = wanted.nodeSelector
  }
}

/** May be set, or shortened. */
function validateDeadline(wanted: PodSpec, current: PodSpec, errors: FieldErrors): void {
  const before = current.activeDeadlineSeconds
  if (before === undefined) return
  const path = 'spec.activeDeadlineSeconds'
  const seconds = wanted.activeDeadlineSeconds
  if (seconds === undefined) errors.invalid(path, null, 'must not update from a positive integer to nil value')
  else if (seconds > before) {
    errors.invalid(path, seconds, `must be less than or equal to previous value`)
  }
}

/** Existing tolerations stay, except that their time may change. */
function validateAddedTolerations(
  wanted: readonly Toleration[],
  current: readonly Toleration[],
  errors: FieldErrors,
): void {
  const lost = current.filter(old => !wanted.some(each => isSameToleration(each, old)))
  if (lost.length > 0) {
    errors.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')
  }
}

function isSameToleration(left: Toleration, right: Toleration): boolean {
  const { tolerationSeconds: _left, ...leftRest } = left
  const { tolerationSeconds: _right, ...rightRest } = right
  return equalJson(leftRest, rightRest)
}
