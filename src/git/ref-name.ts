/**
 * Names of refs. `isRefName` holds the rules of `git check-ref-format` for full names; `isEngineRef` says which names
 * belong to the engine: a user's push to them is refused.
 */
export const DESIRED_REF = 'refs/heads/main'
export const NOTES_REF = 'refs/notes/pintle'
export const KEEP_REF_PREFIX = 'refs/pintle/keep/'

const REF_LENGTH_MAX = 250

export function isRefName(ref: string): boolean {
  if (!ref.startsWith('refs/') || ref.length > REF_LENGTH_MAX || ref.endsWith('.') || !ref.isWellFormed()) return false
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/.test(ref)) return false
  const parts = ref.split('/')
  return parts.length >= 3 && parts.every(part => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
}

const ENGINE_PREFIXES = ['refs/heads/pintle/', 'refs/notes/', 'refs/pintle/']

export function isEngineRef(ref: string): boolean {
  return ENGINE_PREFIXES.some(prefix => ref.startsWith(prefix))
}
