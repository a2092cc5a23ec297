import { isApiError } from '../api/api-error.ts'

/** The API server refused to create something in a namespace that is being deleted: there is nothing to retry. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!isApiError(error, 'Forbidden')) return false
  return error.status.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating') ?? false
}
