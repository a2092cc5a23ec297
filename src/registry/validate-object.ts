import { FieldErrors } from '../api/field-errors.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'
import { validateMetadata, validateMetadataUpdate } from '../api/validation/metadata.ts'
import { validateRequiredFields } from '../api/validation/required-fields.ts'
import type { RequestContext } from './registry.ts'
import { storageForm } from './write-form.ts'

/** Throws 422 that names all that is wrong with a new object (in storage version). */
export function validateCreate({ kind, version }: ServedKind, object: KubeObject): void {
  const errors = new FieldErrors()
  validateRequiredFields(object, storageForm(kind).schema, '', errors)
  errors.throwIfAny(version.group, kind.kind, object.metadata.name)
  validateMetadata(object.metadata, { namespaced: kind.namespaced, generateNameAllowed: false, kind }, errors)
  kind.strategy.validate(object, errors)
  errors.throwIfAny(version.group, kind.kind, object.metadata.name)
}

/** The same for a changed one; a status write is judged by the rules for status. */
export function validateUpdate(
  { kind, version }: ServedKind,
  object: KubeObject,
  current: Readonly<KubeObject>,
  subresource: string | undefined,
): void {
  const errors = new FieldErrors()
  const { strategy } = kind
  validateRequiredFields(object, storageForm(kind).schema, '', errors)
  errors.throwIfAny(version.group, kind.kind, object.metadata.name)
  validateMetadata(object.metadata, { namespaced: kind.namespaced, generateNameAllowed: false, kind }, errors)
  validateMetadataUpdate(object.metadata, current.metadata, errors)
  if (subresource === 'status') strategy.validateStatusUpdate?.(object, current as KubeObject, errors)
  else strategy.validate(object, errors)
  // What a subresource such as binding or finalize may change is not the user's to change.
  if (subresource === undefined || subresource === 'scale') {
    strategy.validateUpdate?.(object, current as KubeObject, errors)
  }
  errors.throwIfAny(version.group, kind.kind, object.metadata.name)
}

export function warnAbout({ kind, version }: ServedKind, object: KubeObject, context: RequestContext): void {
  if (version.deprecation !== undefined) context.warn(version.deprecation)
  for (const text of kind.strategy.warnings?.(object) ?? []) context.warn(text)
}
