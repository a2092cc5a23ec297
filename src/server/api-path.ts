import { apiError } from '../api/api-error.ts'
import { formatGroupVersion } from '../api/kind.ts'

/** A path below `/api/v1` or `/apis/<group>/<version>` that names a collection, an object or a subresource. */
export interface ResourcePath {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string
  readonly namespace: string | undefined
  readonly plural: string
  readonly name: string | undefined
  readonly subresource: string | undefined
}

const SEGMENTS_MAX = 32
/** Subresources of a Namespace itself; anything else after `/namespaces/<name>/` is a collection inside it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

/**
 * Reads the fixed grammar of API paths; undefined when the path is no resource path (`/version`, `/apis/apps`).
 * Throws 400 for malformed escapes and for names that hide a slash.
 *
 *     /api/v1 | /apis/<group>/<version>   [/namespaces/<namespace>]   /<plural>   [/<name>   [/<subresource>]]
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const segments = path.slice(1).split('/', SEGMENTS_MAX).map(decodeSegment)
  if (segments.at(-1) === '') segments.pop()
  const versionLength = segments[0] === 'api' ? 2 : segments[0] === 'apis' ? 3 : 0
  const rest = segments.slice(versionLength)
  if (versionLength === 0 || rest.length === 0 || segments.includes('')) return undefined
  const apiVersion = segments[0] === 'api' ? segments[1]! : formatGroupVersion(segments[1]!, segments[2]!)
  return resourceOf(apiVersion, rest)
}

function resourceOf(apiVersion: string, rest: readonly string[]): ResourcePath | undefined {
  const [first, namespace, plural] = rest
  const inNamespace = first === 'namespaces' && plural !== undefined && !NAMESPACE_SUBRESOURCES.has(plural)
  const parts = inNamespace ? rest.slice(2) : rest
  if (parts.length > 3) return undefined
  return {
    apiVersion,
    namespace: inNamespace ? namespace : undefined,
    plural: parts[0]!,
    name: parts[1],
    subresource: parts[2],
  }
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    const decoded = decodeURIComponent(segment)
    if (!decoded.includes('/') && !decoded.includes('\0')) return decoded
  } catch {
    // Falls through: not UTF-8 in percent escapes.
  }
  throw apiError('BadRequest', `the path segment ${JSON.stringify(segment.slice(0, 100))} is not a valid name`)
}
