import type { DeepReadonly, KubeObject } from '../object.ts'
import type { PlainObject, ReadonlyPlainObject } from '../plain-object.ts'

/**
 * The part of an object whose owners a write may change: `all`, `withoutStatus` (the object itself, when status is a
 * subresource) or `onlyStatus` (that subresource).
 */
export type TrackedPart = 'all' | 'withoutStatus' | 'onlyStatus'

/** Fields that the server owns or that name the object: nobody else ever owns them. */
const UNTRACKED_METADATA = new Set([
  'name',
  'namespace',
  'uid',
  'selfLink',
  'generation',
  'managedFields',
  'resourceVersion',
  'creationTimestamp',
])

/** A shallow copy with nothing but the fields that are tracked. */
export function trackedPart(object: DeepReadonly<KubeObject>, part: TrackedPart): ReadonlyPlainObject {
  const { apiVersion, kind, metadata, status, ...others } = object as unknown as PlainObject
  if (part === 'onlyStatus') return status === undefined ? {} : { status }
  const tracked: PlainObject = {}
  const trackedMetadata = withoutUntracked((metadata ?? {}) as ReadonlyPlainObject)
  if (Object.keys(trackedMetadata).length > 0) tracked['metadata'] = trackedMetadata
  Object.assign(tracked, others)
  if (part === 'all' && status !== undefined) tracked['status'] = status
  return tracked
}

function withoutUntracked(metadata: ReadonlyPlainObject): PlainObject {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !UNTRACKED_METADATA.has(name)))
}

/**
 * What of an applied object may be merged into the live one: what is tracked, and what names the object. The rest of its
 * metadata (uid, resourceVersion) are preconditions, judged by the caller.
 */
export function appliedPart(applied: DeepReadonly<KubeObject>, part: TrackedPart): ReadonlyPlainObject {
  const { apiVersion, kind, metadata } = applied
  const tracked = trackedPart(applied, part)
  const names = Object.fromEntries(
    Object.entries({ name: metadata.name, namespace: metadata.namespace }).filter(([, value]) => value !== undefined),
  )
  return { apiVersion, kind, ...tracked, metadata: { ...names, ...(tracked['metadata'] as object | undefined) } }
}
