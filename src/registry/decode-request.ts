import { apiError } from '../api/api-error.ts'
import { decodeBody } from '../api/decode/body.ts'
import { FieldErrors } from '../api/field-errors.ts'
import { parseGroupVersion } from '../api/kind.ts'
import { validateManagedFields } from '../api/managed-fields/validate-managed-fields.ts'
import type { Json, KubeObject } from '../api/object.ts'
import { getOwn, isPlainObject } from '../api/plain-object.ts'
import { pruneAndCheck } from '../api/validation/structure.ts'
import type { RequestBody, RequestContext } from './registry.ts'
import type { WriteForm } from './write-form.ts'

export interface DecodedRequest {
  /** Not to be changed: it may be the caller's. */
  readonly value: Json
  readonly duplicateFields: readonly string[]
}

/** Bytes by their media type; what a caller inside this process hands over is decoded already. */
export function decodeRequest(body: RequestBody): DecodedRequest {
  if ('object' in body) return { value: body.object as Json, duplicateFields: [] }
  return decodeBody(body.mediaType, body.bytes)
}

/**
 * A decoded value as an object of the form: of its kind, without unknown fields (which are refused, warned of or dropped
 * in silence, as the request asks) and with canonical scalars. A new object: nothing is shared with `value`.
 */
export function shapeObject(context: RequestContext, form: WriteForm, decoded: DecodedRequest): KubeObject {
  const value = requireObject(decoded.value)
  checkTypeMeta(value, form)
  const { value: pruned, unknownFields, errors } = pruneAndCheck(value, form.schema)
  const object = { ...pruned, apiVersion: form.apiVersion, kind: form.kind } as unknown as KubeObject
  object.metadata ??= {} as KubeObject['metadata']
  const found = new FieldErrors()
  found.list.push(...errors)
  validateManagedFields(object.metadata.managedFields, found)
  found.throwIfAny(parseGroupVersion(form.apiVersion).group, form.kind, object.metadata.name ?? '')
  reportFields(context, unknownFields, decoded.duplicateFields)
  return object
}

export function requireObject(value: Json): { readonly [key: string]: Json } {
  if (isPlainObject(value)) return value as { readonly [key: string]: Json }
  throw apiError('BadRequest', 'the body of the request is no object: send one with apiVersion, kind and metadata')
}

/** A body may leave out what its address says already; it must not say otherwise. */
function checkTypeMeta(value: { readonly [key: string]: Json }, form: WriteForm): void {
  const apiVersion = getOwn(value, 'apiVersion') ?? form.apiVersion
  const kind = getOwn(value, 'kind') ?? form.kind
  if (apiVersion === form.apiVersion && kind === form.kind) return
  const given = `${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)}`
  const wanted = `${JSON.stringify(form.kind)} of ${JSON.stringify(form.apiVersion)}`
  throw apiError('BadRequest', `the object provided is ${given}, but this address takes ${wanted}`)
}

function reportFields(context: RequestContext, unknown: readonly string[], duplicate: readonly string[]): void {
  const texts = [
    ...unknown.map(path => `unknown field ${JSON.stringify(path)}`),
    ...duplicate.map(path => `duplicate field ${JSON.stringify(path)}`),
  ]
  if (texts.length === 0 || context.fieldValidation === 'Ignore') return
  if (context.fieldValidation === 'Strict') throw apiError('BadRequest', `strict decoding error: ${texts.join(', ')}`)
  for (const text of texts) context.warn(text)
}
