import { apiError } from '../api/api-error.ts'
import { FieldErrors } from '../api/field-errors.ts'
import type { StoreCache } from './store-cache.ts'

/** How long a read waits for a revision that is not here yet. */
const FUTURE_REVISION_WAIT_MS = 3_000

/** A resourceVersion as sent by a client: undefined for none, else a whole number. */
export function parseRevision(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw apiError('BadRequest', `resourceVersion ${JSON.stringify(text.slice(0, 64))} is invalid: it must be a number`)
}

/** Waits until the cache is at `revision`; 504 with the cause clients look for when that does not come. */
export async function reachRevision(cache: StoreCache, revision: number): Promise<void> {
  if (cache.revision >= revision) return
  if (await cache.reach(revision, FUTURE_REVISION_WAIT_MS)) return
  const message = `Too large resource version: ${revision}, current: ${cache.revision}`
  throw apiError('Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

interface Versioned {
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: string
  readonly continue?: string
}

/** The combinations of a list that Kubernetes refuses. */
export function checkListVersions({ resourceVersion, resourceVersionMatch, ...request }: Versioned): void {
  const errors = new FieldErrors()
  if (request.continue && resourceVersion && resourceVersion !== '0') {
    throw apiError('BadRequest', 'specifying resource version is not allowed when using continue')
  }
  if (resourceVersionMatch === undefined) return
  const field = 'resourceVersionMatch'
  if (request.continue) errors.forbidden(field, `${field} is forbidden when continue is provided`)
  if (!resourceVersion) errors.forbidden(field, `${field} is forbidden unless resourceVersion is provided`)
  if (resourceVersionMatch !== 'Exact' && resourceVersionMatch !== 'NotOlderThan') {
    errors.notSupported(field, resourceVersionMatch, ['Exact', 'NotOlderThan'])
  }
  if (resourceVersionMatch === 'Exact' && resourceVersion === '0') {
    errors.forbidden(field, `${field} "Exact" is forbidden for resourceVersion "0"`)
  }
  errors.throwIfAny('meta.k8s.io', 'ListOptions', '')
}
