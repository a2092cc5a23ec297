import type { IncomingMessage } from 'node:http'
import { apiError } from '../api/api-error.ts'
import { parseMediaType } from './media-type.ts'

/** Larger bodies are refused with 413, as Kubernetes does. */
const REQUEST_BODY_BYTES_MAX = 3 * 1024 * 1024

/** Forms of a whole object. A body without a Content-Type is JSON: kubectl sends such. */
const OBJECT_MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const

const PATCH_MEDIA_TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const

export type PatchType = (typeof PATCH_MEDIA_TYPES)[keyof typeof PATCH_MEDIA_TYPES]

/** The whole body. Throws 413 beyond the limit; what follows is not read into memory. */
export function readBody(request: IncomingMessage, bytesMax = REQUEST_BODY_BYTES_MAX): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge(bytesMax))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= bytesMax) chunks.push(chunk)
      else reject(tooLarge(bytesMax))
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', reject)
    // Every request closes in the end: the error, with its stack, is made only for one that was not complete.
    request.on('close', () => {
      if (!request.complete) reject(apiError('BadRequest', 'the connection closed before the body was complete'))
    })
  })
}

/** Which form of an object the body is in; throws 415. */
export function objectMediaType(request: IncomingMessage): string {
  const header = request.headers['content-type']
  if (header === undefined || header === '') return 'application/json'
  const { type } = parseMediaType(header)
  if (OBJECT_MEDIA_TYPES.some(each => each === type)) return type
  throw unsupportedMediaType(OBJECT_MEDIA_TYPES)
}

/** Which kind of patch the body is; throws 415. */
export function patchTypeOf(request: IncomingMessage): PatchType {
  const { type } = parseMediaType(request.headers['content-type'] ?? '')
  const patchType = Object.entries(PATCH_MEDIA_TYPES).find(([mediaType]) => mediaType === type)?.[1]
  if (patchType === undefined) throw unsupportedMediaType(Object.keys(PATCH_MEDIA_TYPES))
  return patchType
}

function unsupportedMediaType(accepted: readonly string[]) {
  return apiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
}

function tooLarge(bytesMax: number) {
  return apiError('RequestEntityTooLarge', `Request entity too large: limit is ${bytesMax} bytes`)
}
