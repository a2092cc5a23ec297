import type { FieldErrorReason } from '../../field-errors.ts'
import { FieldErrors } from '../../field-errors.ts'
import type { LabelSelector, PodTemplateSpec } from '../../generated/types.ts'
import { labelSelectorMatcher } from '../../selector/label-selector.ts'
import { isEmptySelector, validateLabelSelector } from '../../validation/label-selector.ts'
import { validateLabels } from '../../validation/labels.ts'
import { validateAnnotations } from '../../validation/metadata.ts'
import { validatePodSpec } from '../core/pod-spec-validation.ts'

/** The template of a workload whose pods run until they are told to stop, and the selector that must match them. */
export function validateWorkloadTemplate(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
  kindInSentence: string,
  errors: FieldErrors,
): void {
  validateSelector(template, selector, kindInSentence, errors)
  if (template === undefined) errors.required('spec.template')
  else validateTemplate(template, errors)
}

function validateSelector(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
  kindInSentence: string,
  errors: FieldErrors,
): void {
  if (selector === undefined) {
    errors.required('spec.selector')
    return
  }
  const selectorErrors = new FieldErrors()
  validateLabelSelector(selector, 'spec.selector', selectorErrors)
  for (const { reason, field = '', message = '' } of selectorErrors.list) {
    errors.add(reason as FieldErrorReason, field, message)
  }
  if (isEmptySelector(selector)) {
    errors.invalid('spec.selector', selector, `empty selector is invalid for ${kindInSentence}`)
  } else if (selectorErrors.list.length === 0) {
    const labels = template?.metadata?.labels ?? {}
    if (labelSelectorMatcher(selector).matches(labels)) return
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')
  }
}

function validateTemplate(template: PodTemplateSpec, errors: FieldErrors): void {
  const path = 'spec.template'
  validateLabels(template.metadata?.labels, `${path}.metadata.labels`, errors)
  validateAnnotations(template.metadata?.annotations, `${path}.metadata.annotations`, errors)
  const { spec } = template
  if (spec === undefined) {
    errors.required(`${path}.spec.containers`)
    return
  }
  validatePodSpec(spec, `${path}.spec`, errors)
  if (spec.restartPolicy && spec.restartPolicy !== 'Always') {
    errors.notSupported(`${path}.spec.restartPolicy`, spec.restartPolicy, ['Always'])
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    errors.forbidden(`${path}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in a workload is not supported')
  }
  if (spec.ephemeralContainers?.length) {
    errors.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')
  }
}
