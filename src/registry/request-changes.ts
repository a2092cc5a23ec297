import { apiError } from '../api/api-error.ts'
import { FieldErrors } from '../api/field-errors.ts'
import type { Json, KubeObject, ObjectMeta } from '../api/object.ts'
import { applyMergePatch } from '../api/patch/merge-patch.ts'
import { decodeRequest, reportFields, requireObject } from './decode-request.ts'
import type { CollectionTarget, ObjectTarget, PatchRequest, RequestBody, RequestContext } from './registry.ts'
import type { NextForm, RequestedChange } from './requested-change.ts'
import { type WriteForm, writeFormOf } from './write-form.ts'

/** The object of a POST, in the request's version, with its namespace filled in. */
export function decodeNewObject(context: RequestContext, target: CollectionTarget, body: RequestBody): KubeObject {
  const object = decodeForm(context, writeFormOf(target.served, undefined), body)
  return placeIn(object, target)
}

/** PUT: the whole object (or the whole form of the subresource). */
export function requestUpdate(context: RequestContext, target: ObjectTarget, body: RequestBody): RequestedChange {
  const { kind } = target.served
  const object = placeIn(decodeForm(context, writeFormOf(target.served, target.subresource), body), target)
  checkName(object.metadata, target.name)
  const preconditions = preconditionsOf(object.metadata)
  if (!kind.strategy.unconditionalUpdate && preconditions.resourceVersion === undefined) throw mustSayVersion(target)
  return {
    verb: 'update',
    create:
      kind.strategy.createOnUpdate && preconditions.uid === undefined ? async () => structuredClone(object) : undefined,
    next: async () => ({ object: structuredClone(object), preconditions }),
  }
}

/** The three kinds of patch that say what to change, applied to the form that the target shows. */
export function requestPatch(
  context: RequestContext,
  target: ObjectTarget,
  request: Extract<PatchRequest, { readonly type: 'json' | 'merge' | 'strategic' }>,
): RequestedChange {
  const form = writeFormOf(target.served, target.subresource)
  const { value, duplicateFields } = decodeRequest(request.body)
  const patch = parsePatch(request.type, value)
  return {
    verb: 'patch',
    create: undefined,
    async next(shown): Promise<NextForm> {
      const patched = patch(shown as unknown as Json, form)
      const object = checkForm(context, form, patched, duplicateFields)
      checkUnmoved(target, object.metadata, shown.metadata)
      return { object, preconditions: preconditionsOf(object.metadata) }
    },
  }
}

function parsePatch(type: string, value: Json): (shown: Json, form: WriteForm) => Json {
  if (type === 'merge') return shown => applyMergePatch(shown, value)
  throw apiError('UnsupportedMediaType', type)
}

function decodeForm(context: RequestContext, form: WriteForm, body: RequestBody): KubeObject {
  const { value, duplicateFields } = decodeRequest(body)
  return checkForm(context, form, value, duplicateFields)
}

/** Known fields of the right types, and of the kind that the address names. */
function checkForm(
  context: RequestContext,
  form: WriteForm,
  value: Json,
  duplicateFields: readonly string[],
): KubeObject {
  const object = requireObject(value) as unknown as KubeObject
  reportFields(context, [], duplicateFields)
  return checkTypeMeta(object, form)
}

/** A body may leave out what its address says; it must not say otherwise. */
function checkTypeMeta(object: KubeObject, form: WriteForm): KubeObject {
  object.apiVersion ??= form.apiVersion
  object.kind ??= form.kind
  if (object.apiVersion !== form.apiVersion || object.kind !== form.kind) {
    const given = `${object.apiVersion}, Kind=${object.kind}`
    throw apiError('BadRequest', `the object provided is ${given} and not ${form.apiVersion}, Kind=${form.kind}`)
  }
  object.metadata ??= {} as ObjectMeta
  return object
}

/** The namespace of the address counts; the body may repeat it. */
function placeIn(object: KubeObject, { served, namespace }: CollectionTarget): KubeObject {
  const given = object.metadata.namespace
  if (!served.kind.namespaced) return object
  if (given && namespace !== undefined && given !== namespace) throw wrongNamespace(given, namespace)
  if (!given && namespace !== undefined) object.metadata.namespace = namespace
  return object
}

function checkName({ name }: ObjectMeta, wanted: string): void {
  if (name === wanted) return
  throw apiError('BadRequest', `the name of the object (${name ?? ''}) does not match the name on the URL (${wanted})`)
}

/** A patch does not rename or move. */
function checkUnmoved({ name, namespace }: ObjectTarget, next: ObjectMeta, shown: ObjectMeta): void {
  checkName(next, name)
  if (next.namespace !== shown.namespace) throw wrongNamespace(next.namespace ?? '', namespace ?? '')
}

function wrongNamespace(given: string, wanted: string) {
  return apiError(
    'BadRequest',
    `the namespace of the object (${given}) does not match the namespace on the request (${wanted})`,
  )
}

function preconditionsOf({ uid, resourceVersion }: ObjectMeta) {
  return { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
}

function mustSayVersion({ served: { kind, version }, name }: ObjectTarget) {
  const errors = new FieldErrors()
  errors.invalid('metadata.resourceVersion', 0, 'must be specified for an update')
  return errors.toApiError(version.group, kind.kind, name)
}
