import { parseGroupVersion } from '../../api/kind.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef } from '../object/object-ref.ts'
import { countOf } from '../object/show-text.ts'

/** Deletes beyond these wait for a person. */
const HELD_ABOVE_COUNT = 5
const HELD_ABOVE_PERCENT = 30
/** Fewer than this are never held for their percentage alone. */
const HELD_PERCENT_COUNT_MIN = 2
/** Deleting one of these takes with it what Git cannot bring back. */
const PROTECTED_KINDS: ReadonlySet<string> = new Set([
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/Node',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

export interface DeletesToJudge {
  /** Objects that would be deleted, replaced ones included. */
  readonly deletes: readonly ObjectRef[]
  /** Objects the application has in the cluster. */
  readonly inventoryCount: number
  /** The application's directory is not in the commit any more. */
  readonly directoryGone: boolean
  /** The commit holds no application and no file of `cluster/` at all. */
  readonly treeEmpty: boolean
}

export interface GuardVerdict {
  readonly held: boolean
  /** Why, one clause each; empty when not held. */
  readonly reasons: readonly string[]
}

/** Whether the deletes of one application wait for an approval. Pure. */
export function judgeDeletes(input: DeletesToJudge): GuardVerdict {
  const count = input.deletes.length
  if (count === 0) return { held: false, reasons: [] }
  const reasons: string[] = []
  const percent = input.inventoryCount === 0 ? 100 : (count / input.inventoryCount) * 100
  if (input.treeEmpty) reasons.push('the commit holds no application at all')
  else if (input.directoryGone) reasons.push("the application's whole directory is gone")
  if (count > HELD_ABOVE_COUNT) reasons.push(`${countOf(count, 'object')} are more than ${HELD_ABOVE_COUNT}`)
  if (count >= HELD_PERCENT_COUNT_MIN && percent > HELD_ABOVE_PERCENT) {
    reasons.push(`${count} of ${countOf(input.inventoryCount, 'object')} are more than ${HELD_ABOVE_PERCENT} %`)
  }
  for (const ref of input.deletes.filter(isProtected).slice(0, 3))
    reasons.push(`${formatRef(ref)} is of a protected kind`)
  return { held: reasons.length > 0, reasons }
}

function isProtected(ref: ObjectRef): boolean {
  return PROTECTED_KINDS.has(`${parseGroupVersion(ref.apiVersion).group}/${ref.kind}`)
}
