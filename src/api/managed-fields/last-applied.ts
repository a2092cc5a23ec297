import type { DeepReadonly, KubeObject } from '../object.ts'
import { isPlainObject } from '../plain-object.ts'
import type { StructSchema } from '../schema.ts'
import type { ApplyConflict } from './apply-conflict.ts'
import { compareFields } from './compare-fields.ts'
import { EMPTY_SET, type FieldSet, isEmptySet, subtractSets } from './field-set.ts'
import { ownedFields } from './owned-fields.ts'
import { type TrackedPart, trackedPart } from './tracked-part.ts'

/** Where kubectl keeps the manifest of its client-side apply. */
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
/** The manager of kubectl's server-side apply; whoever chooses another one wants the conflicts. */
const KUBECTL = 'kubectl'

/**
 * Conflicts without those that come from kubectl having applied the same object on the client side before: fields in its
 * last manifest that still have the value given there are its own, whatever manager name it used then. So the way from
 * client-side to server-side apply needs no force.
 */
export function withoutOwnLastApplied(
  conflicts: readonly ApplyConflict[],
  live: DeepReadonly<KubeObject> | undefined,
  request: {
    readonly manager: string
    readonly schema: StructSchema
    readonly apiVersion: string
    readonly part: TrackedPart
  },
): readonly ApplyConflict[] {
  if (conflicts.length === 0 || live === undefined || request.manager !== KUBECTL) return conflicts
  const own = fieldsStillAsApplied(live, request)
  if (isEmptySet(own)) return conflicts
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: subtractSets(fields, own) }))
    .filter(({ fields }) => !isEmptySet(fields))
}

function fieldsStillAsApplied(
  live: DeepReadonly<KubeObject>,
  { schema, apiVersion, part }: { schema: StructSchema; apiVersion: string; part: TrackedPart },
): FieldSet {
  const last = parseObject(live.metadata.annotations?.[ANNOTATION])
  if (last === undefined || last.apiVersion !== apiVersion) return EMPTY_SET
  const before = trackedPart(last, part)
  const { changed, removed } = compareFields(before, trackedPart(live, part), schema)
  return subtractSets(subtractSets(ownedFields(before, schema), changed), removed)
}

/** Anybody may write the annotation: what is no object counts for nothing. */
function parseObject(text: string | undefined): KubeObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isPlainObject(value) && isPlainObject(value['metadata']) ? (value as unknown as KubeObject) : undefined
  } catch {
    return undefined
  }
}
