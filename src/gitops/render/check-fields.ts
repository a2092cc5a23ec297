import type { StatusCause } from '../../api/api-error.ts'
import { applyDefaults } from '../../api/defaulting.ts'
import { FieldErrors } from '../../api/field-errors.ts'
import type { ServedKind } from '../../api/kind-registry.ts'
import type { KubeObject } from '../../api/object.ts'
import type { ReadonlyPlainObject } from '../../api/plain-object.ts'
import { validateMetadata } from '../../api/validation/metadata.ts'
import { pruneAndCheck } from '../../api/validation/structure.ts'
import { describeSecretRefusal } from '../object/secret-refusal.ts'
import { showText } from '../object/show-text.ts'
import type { FieldPath } from '../source/parse-manifests.ts'

export interface FieldFinding {
  readonly field: FieldPath
  readonly message: string
  readonly remedy?: string
}

const FINDINGS_MAX = 10

/**
 * What is wrong with an object by itself: unknown fields, wrong types, and what its kind's own rules say after defaults;
 * the same words the API server would use, before anything is sent to it. Pure.
 */
export function checkFields(
  { kind, version }: ServedKind,
  value: ReadonlyPlainObject,
  namespace: string | undefined,
): readonly FieldFinding[] {
  const { value: pruned, unknownFields, errors } = pruneAndCheck(value, version.schema)
  const findings = [
    ...unknownFields.map(path => ({
      field: parsePath(path),
      message: `unknown field ${JSON.stringify(showText(path, 200))}`,
      remedy: 'correct its name or place, or remove it',
    })),
    ...errors.map(cause => findingOf(cause, kind.secret)),
  ]
  if (findings.length > 0) return findings.slice(0, FINDINGS_MAX)
  const draft = pruned as unknown as KubeObject
  if (namespace !== undefined) draft.metadata.namespace = namespace
  applyDefaults(draft, version)
  // Further rules are about the stored form.
  if (version.toStorage !== undefined) return []
  const broken = new FieldErrors()
  validateMetadata(draft.metadata, { namespaced: kind.namespaced, generateNameAllowed: false, kind }, broken)
  kind.strategy.validate(draft, broken)
  return broken.list.slice(0, FINDINGS_MAX).map(cause => findingOf(cause, kind.secret))
}

/** Of a kind of secrets only the reason is told: a message may quote the value. */
function findingOf(cause: StatusCause, secret: boolean): FieldFinding {
  const { field = '', message = '' } = cause
  const why = secret ? ` ${describeSecretRefusal(cause)}` : `: ${showText(message, 300)}`
  return { field: parsePath(field), message: `${showText(field, 200)}${why}` }
}

/** `spec.containers[0].image` as steps. */
function parsePath(path: string): FieldPath {
  return [...path.matchAll(/\[(\d+)\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(([, index, key, name]) =>
    index !== undefined ? Number(index) : (key ?? name ?? ''),
  )
}
