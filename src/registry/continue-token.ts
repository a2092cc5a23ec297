import { apiError } from '../api/api-error.ts'

/** Where the next page of a list starts. */
export interface ContinueToken {
  /** Every page is served as of this revision; undefined in the token that goes on after an expiry. */
  readonly revision: number | undefined
  /** The store key of the last object that was looked at. */
  readonly after: string
}

const TOKEN_LENGTH_MAX = 2_048

/** Opaque to clients. Holds the key relative to `prefix`, so that it cannot lead out of the collection. */
export function formatContinue({ revision, after }: ContinueToken, prefix: string): string {
  const token = { v: 1, rv: revision ?? -1, after: after.slice(prefix.length) }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/** Throws 400 for anything that `formatContinue` did not make for this collection. */
export function parseContinue(text: string, prefix: string): ContinueToken {
  const token = decode(text)
  const known = token['v'] === 1 && Number.isSafeInteger(token['rv']) && typeof token['after'] === 'string'
  const after = known ? String(token['after']) : ''
  if (after === '' || after.split('/').some(part => part === '' || part === '.' || part === '..')) throw invalid()
  const revision = Number(token['rv'])
  if (revision === 0 || revision < -1) throw invalid()
  return { revision: revision === -1 ? undefined : revision, after: prefix + after }
}

function decode(text: string): Record<string, unknown> {
  if (text.length > TOKEN_LENGTH_MAX) throw invalid()
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (token !== null && typeof token === 'object') return token as Record<string, unknown>
  } catch {
    // Not ours.
  }
  throw invalid()
}

function invalid() {
  return apiError('BadRequest', 'continue key is not valid: it was not given by this server for this list')
}
