import type { FieldErrors } from '../../field-errors.ts'
import type { Container, EnvVar, EphemeralContainer } from '../../generated/types.ts'
import { whyNoConfigKey } from '../../validation/config-key.ts'

const PRINTABLE_WITHOUT_EQUALS = /^[ -<>-~]+$/
const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const
const FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const SUBSCRIPTED_FIELD = /^metadata\.(labels|annotations)\['.+'\]$/

export function validateEnv(container: Container | EphemeralContainer, path: string, errors: FieldErrors): void {
  for (const [index, variable] of (container.env ?? []).entries()) {
    validateVariable(variable, `${path}.env[${index}]`, errors)
  }
  for (const [index, source] of (container.envFrom ?? []).entries()) {
    const sourcePath = `${path}.envFrom[${index}]`
    if (source.prefix && !PRINTABLE_WITHOUT_EQUALS.test(source.prefix)) {
      errors.invalid(`${sourcePath}.prefix`, source.prefix, WHY_NO_NAME)
    }
    const references = [source.configMapRef, source.secretRef].filter(reference => reference !== undefined)
    if (references.length === 0) {
      errors.invalid(sourcePath, '', 'must specify one of: `configMapRef` or `secretRef`')
    } else if (references.length > 1) {
      errors.invalid(sourcePath, '', 'may not have more than one field specified at a time')
    }
    if (source.configMapRef && !source.configMapRef.name) errors.required(`${sourcePath}.configMapRef.name`)
    if (source.secretRef && !source.secretRef.name) errors.required(`${sourcePath}.secretRef.name`)
  }
}

const WHY_NO_NAME = "a valid environment variable name must consist only of printable ASCII characters other than '='"

function validateVariable({ name, value, valueFrom }: EnvVar, path: string, errors: FieldErrors): void {
  if (!name) errors.required(`${path}.name`)
  else if (!PRINTABLE_WITHOUT_EQUALS.test(name)) errors.invalid(`${path}.name`, name, WHY_NO_NAME)
  if (valueFrom === undefined) return
  const given = SOURCES.filter(source => valueFrom[source] !== undefined)
  if (given.length === 0) {
    const why = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
    errors.invalid(`${path}.valueFrom`, '', why)
  } else if (value) errors.invalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')
  else if (given.length > 1) {
    errors.invalid(`${path}.valueFrom`, '', 'may not have more than one field specified at a time')
  }
  validateSources(valueFrom, `${path}.valueFrom`, errors)
}

function validateSources(source: NonNullable<EnvVar['valueFrom']>, path: string, errors: FieldErrors): void {
  for (const field of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = source[field]
    if (reference === undefined) continue
    if (!reference.name) errors.required(`${path}.${field}.name`)
    if (!reference.key) errors.required(`${path}.${field}.key`)
    else {
      const why = whyNoConfigKey(reference.key)
      if (why !== undefined) errors.invalid(`${path}.${field}.key`, reference.key, why)
    }
  }
  if (source.fieldRef !== undefined) validateFieldPath(source.fieldRef.fieldPath, `${path}.fieldRef.fieldPath`, errors)
  if (source.resourceFieldRef !== undefined && !source.resourceFieldRef.resource) {
    errors.required(`${path}.resourceFieldRef.resource`)
  }
}

function validateFieldPath(fieldPath: string | undefined, path: string, errors: FieldErrors): void {
  if (!fieldPath) errors.required(path)
  else if (!SUBSCRIPTED_FIELD.test(fieldPath) && !FIELD_PATHS.includes(fieldPath)) {
    errors.notSupported(path, fieldPath, FIELD_PATHS)
  }
}
