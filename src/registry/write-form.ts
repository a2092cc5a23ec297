import { apiError } from '../api/api-error.ts'
import { schemaOf } from '../api/built-in-schema.ts'
import { formatGroupVersion, type Kind, type KindVersion, storageApiVersion } from '../api/kind.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'
import type { StructSchema } from '../api/schema.ts'
import { invariant } from '../lib/invariant.ts'
import { copyJson } from './copy-json.ts'
import { foldScale, showScale } from './scale.ts'

/**
 * The form in which a target is read and written: the object itself, or what a subresource shows of it. All are in the
 * request's version. Whatever form was changed, it is folded back into the whole object before the write goes on.
 */
export interface WriteForm {
  /** Undefined for the object itself. */
  readonly subresource: string | undefined
  /** Of the form, which is the kind's own except for Scale. */
  readonly apiVersion: string
  readonly kind: string
  readonly schema: StructSchema
  /** `whole` is not changed. */
  show(whole: KubeObject): KubeObject
  /** A new whole object: `whole` with what this form may change taken from `changed`. */
  fold(changed: KubeObject, whole: KubeObject): KubeObject
}

type WithParts = KubeObject & { status?: unknown; spec?: { finalizers?: unknown } }

/** What binding a pod changes: its node and its condition. Only the registry itself writes this way. */
export function bindingForm(served: ServedKind): WriteForm {
  return { ...writeFormOf(served, undefined), subresource: 'binding' }
}

/** Throws 404 for a subresource that this kind does not have, or that is not written this way. */
export function writeFormOf(served: ServedKind, subresource: string | undefined): WriteForm {
  const { kind, version } = served
  const itself = {
    apiVersion: formatGroupVersion(version.group, version.version),
    kind: kind.kind,
    schema: version.schema,
  }
  if (subresource === undefined) return { ...itself, subresource, show: whole => whole, fold: changed => changed }
  if (subresource === 'status' && kind.subresources.status) {
    return { ...itself, subresource, show: whole => whole, fold: foldStatus }
  }
  if (subresource === 'finalize' && kind.subresources.others?.some(each => each.name === 'finalize')) {
    return { ...itself, subresource, show: whole => whole, fold: foldFinalizers }
  }
  if (subresource === 'scale' && kind.subresources.scale !== undefined) {
    const { scale } = kind.subresources
    return {
      subresource,
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      schema: schemaOf('io.k8s.api.autoscaling.v1.Scale'),
      show: whole => showScale(whole, scale),
      fold: (changed, whole) => foldScale(changed, whole, scale),
    }
  }
  throw apiError('NotFound', `the server could not find the requested resource: ${kind.plural}/${subresource}`)
}

/** Only status is taken; what a status write says about labels, finalizers and the rest is ignored. */
function foldStatus(changed: KubeObject, whole: KubeObject): KubeObject {
  const folded: WithParts = { ...whole, metadata: ownMetadata(changed, whole) }
  const { status } = changed as WithParts
  if (status === undefined) delete folded.status
  else folded.status = status
  return folded
}

function foldFinalizers(changed: KubeObject, whole: KubeObject): KubeObject {
  const spec: { finalizers?: unknown } = { ...(whole as WithParts).spec }
  const { finalizers } = (changed as WithParts).spec ?? {}
  if (finalizers === undefined) delete spec.finalizers
  else spec.finalizers = finalizers
  return { ...whole, metadata: ownMetadata(changed, whole), spec } as KubeObject
}

/** The current metadata with the preconditions and the owners that the request gave. */
function ownMetadata(changed: KubeObject, whole: KubeObject): KubeObject['metadata'] {
  const { uid, resourceVersion, managedFields } = changed.metadata
  return {
    ...whole.metadata,
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(managedFields !== undefined && { managedFields }),
  }
}

/** From the stored form to a version's own; a changeable copy. */
export function showInVersion(stored: Readonly<KubeObject>, version: KindVersion): KubeObject {
  const copy = copyJson(stored) as KubeObject
  return version.fromStorage?.(copy) ?? copy
}

export function storeFromVersion(object: KubeObject, served: ServedKind): KubeObject {
  const converted = served.version.toStorage?.(object) ?? object
  return { ...converted, apiVersion: storageApiVersion(served.kind), kind: served.kind.kind }
}

/** The form that the store holds and loops see. */
export function storageForm(kind: Kind): KindVersion {
  const form = kind.versions.find(each => each.group === kind.group && each.version === kind.storageVersion)
  invariant(form !== undefined, `${kind.kind} serves its storage version`)
  return form
}
