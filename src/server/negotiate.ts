import { apiError } from '../api/api-error.ts'
import type { MediaType } from './media-type.ts'
import { parseMediaTypes } from './media-type.ts'

/** The form an object, list or event is answered in; always JSON. */
export type AnswerForm =
  | { readonly type: 'object' }
  | { readonly type: 'metadata'; readonly version: 'v1' | 'v1beta1' }
  | { readonly type: 'table'; readonly version: 'v1' | 'v1beta1' }

/** Discovery in one document (KEP-3352), or the older lists. */
export type DiscoveryForm = 'v2' | 'v2beta1' | 'plain'

const OBJECT_FORM: AnswerForm = { type: 'object' }

/** Memory of earlier answers: clients send few different headers. */
const known = new Map<string, AnswerForm>()
const KNOWN_MAX = 256

/** Throws 406 when nothing in `Accept` can be answered. */
export function negotiateForm(accept: string | undefined): AnswerForm {
  if (accept === undefined || accept === '' || accept === 'application/json') return OBJECT_FORM
  const remembered = known.get(accept)
  if (remembered !== undefined) return remembered
  for (const entry of parseMediaTypes(accept)) {
    const form = isJson(entry) ? formOf(entry) : undefined
    if (form === undefined) continue
    if (known.size < KNOWN_MAX) known.set(accept, form)
    return form
  }
  throw notAcceptable()
}

export function negotiateDiscovery(accept: string | undefined): DiscoveryForm {
  if (accept === undefined || accept === '') return 'plain'
  for (const entry of parseMediaTypes(accept)) {
    if (!isJson(entry)) continue
    const { parameters } = entry
    if (parameters.get('as') === undefined) return 'plain'
    const version = parameters.get('v')
    const isDiscovery =
      parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('as') === 'APIGroupDiscoveryList'
    if (isDiscovery && (version === 'v2' || version === 'v2beta1')) return version
  }
  throw notAcceptable()
}

/** For documents with one form only, like `/version`. */
export function requireJsonAcceptable(accept: string | undefined): void {
  if (accept === undefined || accept === '') return
  if (!parseMediaTypes(accept).some(isJson)) throw notAcceptable()
}

function notAcceptable() {
  return apiError('NotAcceptable', 'only the following media types are accepted: application/json')
}

function isJson({ type }: MediaType): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*'
}

function formOf({ parameters }: MediaType): AnswerForm | undefined {
  const as = parameters.get('as')
  if (as === undefined) return OBJECT_FORM
  const version = parameters.get('v')
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined
  if (as === 'Table') return { type: 'table', version }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { type: 'metadata', version }
  return undefined
}
