import { apiError } from '../api/api-error.ts'
import { decodeBody } from '../api/decode/body.ts'
import type { Json } from '../api/object.ts'
import { isPlainObject } from '../api/plain-object.ts'
import type { RequestBody, RequestContext } from './registry.ts'

export interface DecodedRequest {
  /** The caller's own to change. */
  readonly value: Json
  readonly duplicateFields: readonly string[]
}

/** Bytes by their media type; what is already decoded is copied, as the caller goes on using it. */
export function decodeRequest(body: RequestBody): DecodedRequest {
  if ('object' in body) return { value: structuredClone(body.object) as Json, duplicateFields: [] }
  return decodeBody(body.mediaType, body.bytes)
}

/** What is unknown or doubled in a body: refused, told as warnings, or dropped in silence, as the request asks. */
export function reportFields(context: RequestContext, unknown: readonly string[], duplicate: readonly string[]): void {
  const texts = [
    ...unknown.map(path => `unknown field ${JSON.stringify(path)}`),
    ...duplicate.map(path => `duplicate field ${JSON.stringify(path)}`),
  ]
  if (texts.length === 0 || context.fieldValidation === 'Ignore') return
  if (context.fieldValidation === 'Strict') throw apiError('BadRequest', `strict decoding error: ${texts.join(', ')}`)
  for (const text of texts) context.warn(text)
}

export function requireObject(value: Json): { readonly [key: string]: Json } {
  if (isPlainObject(value)) return value as { readonly [key: string]: Json }
  throw apiError(
    'BadRequest',
    'the body of the request is no object: send one object with apiVersion, kind and metadata',
  )
}
