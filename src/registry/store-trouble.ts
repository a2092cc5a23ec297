import { type ApiError, apiError } from '../api/api-error.ts'
import { StoreError } from '../store/store.ts'

const RETRY_AFTER_SECONDS = 1

/** What a client is told when the store cannot do its part. Anything but a StoreError is returned as it is. */
export function storeTrouble(error: unknown): unknown {
  return error instanceof StoreError ? apiErrorOf(error) : error
}

function apiErrorOf({ code, message, cause }: StoreError): ApiError {
  switch (code) {
    case 'too-large':
      return apiError('RequestEntityTooLarge', `the object is too large to be stored: ${message}`)
    case 'full':
      return apiError('TooManyRequests', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
    case 'unknown-outcome':
      return apiError('Timeout', `${message}${formatCause(cause)}; read it again before you repeat it`)
    case 'compacted':
    case 'future-revision':
      return apiError('Expired', message)
    case 'unavailable':
    case 'closed':
      return apiError('ServiceUnavailable', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
    case 'corrupt':
      return apiError('InternalError', message)
  }
}

/** What the disk said, e.g. that it is full. */
function formatCause(cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message})` : ''
}
