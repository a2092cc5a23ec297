/**
 * The one table of API errors. What leaves the server is always a `Status` (API conventions, "Response Status Kind").
 */
export const API_ERROR_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  ServerTimeout: 504,
} as const

export type ApiErrorReason = keyof typeof API_ERROR_CODES

export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  /** Field path, e.g. `spec.template.spec.containers[0].image`. */
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  /** Plural resource for NotFound, AlreadyExists, Conflict; the Kind for Invalid. */
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string }
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: ApiErrorReason | (string & {})
  readonly details?: StatusDetails
  readonly code?: number
}

/** A request was refused; `status` is what the client gets. Both Clients throw it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'request failed')
    this.status = status
  }

  get reason(): string {
    return this.status.reason ?? ''
  }

  get code(): number {
    return this.status.code ?? 500
  }
}

export function apiError(reason: ApiErrorReason, message: string, details?: StatusDetails): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code: API_ERROR_CODES[reason],
  })
}

export function isApiError(error: unknown, reason?: ApiErrorReason): error is ApiError {
  return error instanceof ApiError && (reason === undefined || error.reason === reason)
}

/** `deployments.apps`, `pods`: how messages name a resource. */
export function qualifiedResource(group: string, plural: string): string {
  return group === '' ? plural : `${plural}.${group}`
}

export function notFound(group: string, plural: string, name: string): ApiError {
  return apiError('NotFound', `${qualifiedResource(group, plural)} ${JSON.stringify(name)} not found`, {
    name,
    ...(group && { group }),
    kind: plural,
  })
}

export function alreadyExists(group: string, plural: string, name: string): ApiError {
  return apiError('AlreadyExists', `${qualifiedResource(group, plural)} ${JSON.stringify(name)} already exists`, {
    name,
    ...(group && { group }),
    kind: plural,
  })
}

export function conflict(group: string, plural: string, name: string, why: string): ApiError {
  const resource = qualifiedResource(group, plural)
  return apiError('Conflict', `Operation cannot be fulfilled on ${resource} ${JSON.stringify(name)}: ${why}`, {
    name,
    ...(group && { group }),
    kind: plural,
  })
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'
