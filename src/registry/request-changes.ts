import { apiError, conflict, MODIFIED } from '../api/api-error.ts'
import { FieldErrors } from '../api/field-errors.ts'
import { applyConflictError } from '../api/managed-fields/apply-conflict.ts'
import { type ApplyRequest, applyServerSide } from '../api/managed-fields/apply-server-side.ts'
import { whyNoFieldManager } from '../api/managed-fields/validate-managed-fields.ts'
import type { Json, KubeObject, ObjectMeta } from '../api/object.ts'
import { applyJsonPatch } from '../api/patch/json-patch.ts'
import { applyMergePatch } from '../api/patch/merge-patch.ts'
import { applyStrategicPatch } from '../api/patch/strategic-patch.ts'
import { formatTime } from '../lib/clock.ts'
import { copyJson } from './copy-json.ts'
import { decodeRequest, shapeObject } from './decode-request.ts'
import { trackedPartOf } from './field-ownership.ts'
import type { CollectionTarget, ObjectTarget, PatchRequest, RequestBody, RequestContext } from './registry.ts'
import type { NewForm, RequestedChange } from './requested-change.ts'
import { type WriteForm, writeFormOf } from './write-form.ts'

/** The object of a POST, in the request's version, with its namespace filled in. */
export function decodeNewObject(context: RequestContext, target: CollectionTarget, body: RequestBody): KubeObject {
  checkFieldManager(context)
  const object = placeIn(shapeObject(context, writeFormOf(target.served, undefined), decodeRequest(body)), target)
  if (object.metadata.resourceVersion) {
    throw apiError('BadRequest', 'resourceVersion should not be set on objects to be created')
  }
  return object
}

/** PUT: the whole object, or the whole form of the subresource. */
export function requestUpdate(context: RequestContext, target: ObjectTarget, body: RequestBody): RequestedChange {
  checkFieldManager(context)
  const { strategy } = target.served.kind
  const form = writeFormOf(target.served, target.subresource)
  const object = placeIn(shapeObject(context, form, decodeRequest(body)), target)
  checkName(object.metadata, target.name)
  const preconditions = preconditionsOf(object.metadata)
  if (!strategy.unconditionalUpdate && preconditions.resourceVersion === undefined) throw mustSayVersion(target)
  const createsMissing = strategy.createOnUpdate && preconditions.uid === undefined
  return {
    ...(createsMissing && { create: () => ({ object }) }),
    next: () => ({ object: copyJson(object), preconditions }),
  }
}

/** The three kinds of patch that say what to change, applied to the form that the target shows. */
export function requestPatch(
  context: RequestContext,
  target: ObjectTarget,
  request: Extract<PatchRequest, { readonly type: 'json' | 'merge' | 'strategic' }>,
): RequestedChange {
  checkFieldManager(context)
  const form = writeFormOf(target.served, target.subresource)
  const { value: patch, duplicateFields } = decodeRequest(request.body)
  return {
    next(shown) {
      const value = applyPatch(request.type, shown as unknown as Json, patch, form)
      const object = shapeObject(context, form, { value, duplicateFields })
      checkUnmoved(target, object.metadata, shown.metadata)
      return { object, preconditions: preconditionsOf(object.metadata) }
    },
  }
}

/** Server-side apply: the body holds exactly the fields that the manager wants to own. */
export function requestApply(
  context: RequestContext,
  target: ObjectTarget,
  request: Extract<PatchRequest, { readonly type: 'apply' }>,
  nowMs: number,
): RequestedChange {
  checkFieldManager(context, 'apply')
  const { served, subresource } = target
  const form = writeFormOf(served, subresource)
  if (form.kind !== served.kind.kind)
    throw apiError('UnsupportedMediaType', `apply is not served for ${subresource}: use a merge patch`)
  const applied = placeIn(shapeObject(context, form, decodeRequest(request.body)), target)
  checkName(applied.metadata, target.name)
  const preconditions = preconditionsOf(applied.metadata)
  const apply = (live: KubeObject | undefined): NewForm =>
    outcomeOf({
      live,
      applied,
      schema: form.schema,
      apiVersion: form.apiVersion,
      manager: context.fieldManager,
      force: request.force,
      subresource,
      time: formatTime(nowMs),
      part: trackedPartOf(served, subresource),
    })
  return {
    create() {
      if (preconditions.uid !== undefined || preconditions.resourceVersion !== undefined)
        throw noSuchObject(target, preconditions.uid)
      return apply(undefined)
    },
    next: shown => ({ ...apply(shown), preconditions }),
  }
}

function outcomeOf(request: ApplyRequest): NewForm {
  const result = applyServerSide(request)
  if ('conflicts' in result) throw applyConflictError(result.conflicts)
  return result
}

function applyPatch(type: 'json' | 'merge' | 'strategic', shown: Json, patch: Json, form: WriteForm): Json {
  switch (type) {
    case 'merge':
      return applyMergePatch(shown, patch)
    case 'json':
      return applyJsonPatch(shown, patch)
    case 'strategic':
      return applyStrategicPatch(shown, patch, form.schema)
  }
}

function checkFieldManager({ fieldManager }: RequestContext, use: 'apply' | 'update' = 'update'): void {
  const errors = new FieldErrors()
  if (use === 'apply' && fieldManager === '') errors.required('fieldManager', 'is required for apply patch')
  const wrong = whyNoFieldManager(fieldManager)
  if (wrong !== undefined) errors.invalid('fieldManager', fieldManager, wrong)
  errors.throwIfAny('meta.k8s.io', use === 'apply' ? 'PatchOptions' : 'UpdateOptions', '')
}

/** The namespace of the address counts; the body may repeat it. */
function placeIn(object: KubeObject, { served, namespace }: CollectionTarget): KubeObject {
  const given = object.metadata.namespace
  if (!served.kind.namespaced || namespace === undefined) return object
  if (given && given !== namespace) throw wrongNamespace(given, namespace)
  object.metadata.namespace = namespace
  return object
}

function checkName({ name = '' }: Partial<ObjectMeta>, wanted: string): void {
  if (name === wanted) return
  throw apiError('BadRequest', `the name of the object (${name}) does not match the name on the URL (${wanted})`)
}

/** A patch does not rename or move. */
function checkUnmoved({ name }: ObjectTarget, next: ObjectMeta, shown: ObjectMeta): void {
  checkName(next, name)
  if (next.namespace !== shown.namespace) throw wrongNamespace(next.namespace ?? '', shown.namespace ?? '')
}

function wrongNamespace(given: string, wanted: string) {
  const why = `does not match the namespace on the request (${wanted})`
  return apiError('BadRequest', `the namespace of the object (${given}) ${why}`)
}

function preconditionsOf({ uid, resourceVersion }: ObjectMeta) {
  return { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
}

function mustSayVersion({ served: { kind, version }, name }: ObjectTarget) {
  const errors = new FieldErrors()
  errors.invalid('metadata.resourceVersion', 0, 'must be specified for an update')
  return errors.toApiError(version.group, kind.kind, name)
}

function noSuchObject({ served: { kind, version }, name }: ObjectTarget, uid: string | undefined) {
  const why =
    uid === undefined
      ? MODIFIED
      : `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
  return conflict(version.group, kind.plural, name, why)
}
