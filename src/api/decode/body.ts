import { type ApiError, apiError } from '../api-error.ts'
import type { Json } from '../object.ts'
import { DecodeError } from './decode-error.ts'
import { parseJson } from './json.ts'
import { BODY_LIMITS, type DecodeLimits } from './limits.ts'
import { decodeProtobuf } from './protobuf.ts'
import { parseYamlDocuments } from './yaml.ts'

export interface DecodedBody {
  readonly value: Json
  /** Paths of members given more than once: errors when fields are validated strictly, else warnings. */
  readonly duplicateFields: readonly string[]
}

/** What `decodeBody` reads. */
const BODY_MEDIA_TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const

/**
 * The one decoder of request bodies and manifests. `mediaType` may have parameters; none at all means JSON (kubectl
 * sends some bodies without). Throws ApiError: UnsupportedMediaType (415), RequestEntityTooLarge (413), BadRequest (400)
 * with line and column.
 */
export function decodeBody(
  mediaType: string | undefined,
  bytes: Uint8Array,
  limits: DecodeLimits = BODY_LIMITS,
): DecodedBody {
  const decode = decoderOf(mediaType ?? '')
  try {
    return decode(bytes, limits)
  } catch (error) {
    if (error instanceof DecodeError) throw refusalOf(error)
    throw error
  }
}

type Decoder = (bytes: Uint8Array, limits: DecodeLimits) => DecodedBody

function decoderOf(mediaType: string): Decoder {
  const essence = mediaType.split(';', 1)[0]!.trim().toLowerCase()
  if (essence === '' || essence === 'application/json' || essence.endsWith('+json')) return parseJson
  if (essence === 'application/yaml' || essence.endsWith('+yaml')) return decodeYaml
  if (essence === 'application/vnd.kubernetes.protobuf') return decodeProtobuf
  const accepted = BODY_MEDIA_TYPES.slice(0, 3).join(', ')
  throw apiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format (${JSON.stringify(essence)}): accepted media types include: ${accepted}`,
  )
}

function decodeYaml(bytes: Uint8Array, limits: DecodeLimits): DecodedBody {
  const [first, second] = parseYamlDocuments(bytes, limits)
  if (first === undefined) throw new DecodeError('the YAML text holds no object')
  if (second !== undefined) throw new DecodeError('the YAML text holds more than one document; send one object')
  return { value: first.value, duplicateFields: first.duplicateFields }
}

function refusalOf(error: DecodeError): ApiError {
  if (error.kind === 'tooLarge')
    return apiError('RequestEntityTooLarge', `the body of the request is too large: ${error.message}`)
  return apiError('BadRequest', `the body of the request could not be read: ${error.message}`)
}
