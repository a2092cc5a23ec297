import type { Kind } from '../../api/kind.ts'
import { maskSecret } from '../object/digest.ts'
import type { FieldChange } from './diff-fields.ts'

/** Fields of a kind of secrets that hold no secret. */
const OPEN_FIELD = /^(metadata|type|immutable|apiVersion|kind)\b/

/** Changes as they may be shown and hashed: values of secrets become keyed hashes. */
export function maskedChanges(kind: Kind, changes: readonly FieldChange[], key: Uint8Array): readonly FieldChange[] {
  if (!kind.secret) return changes
  return changes.map(change =>
    OPEN_FIELD.test(change.path) && !isAnnotation(change.path) ? change : mask(change, key),
  )
}

/** Tools keep whole manifests in annotations. */
function isAnnotation(path: string): boolean {
  return path.startsWith('metadata.annotations')
}

function mask(change: FieldChange, key: Uint8Array): FieldChange {
  return {
    path: change.path,
    ...(change.old !== undefined && { old: maskSecret(change.old, key) }),
    ...(change.new !== undefined && { new: maskSecret(change.new, key) }),
  }
}
