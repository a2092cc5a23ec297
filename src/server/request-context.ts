import { apiError } from '../api/api-error.ts'
import type { Fence } from '../client/client.ts'
import { FENCE_HEADER } from '../client/fence-header.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Registry, RequestContext } from '../registry/registry.ts'
import type { Exchange } from './exchange.ts'
import type { WriteQuery } from './request-options.ts'
import { parseWriteQuery } from './request-options.ts'
import { Warnings } from './respond.ts'
import type { WatchFrames } from './watch-frames.ts'
import type { WatchStream } from './watch-stream.ts'

/** What every request on objects is answered with. */
export interface ResourceRequestOptions {
  readonly registry: Registry
  readonly frames: WatchFrames
  readonly clock: Clock
  readonly log: Logger
  /** The watches under way, to be ended when the server closes. */
  readonly streams: Set<WatchStream>
}

export interface RequestScope {
  readonly context: RequestContext
  /** What the registry had to say besides. */
  readonly warnings: Warnings
}

/** What the registry gets to know of a request. Throws 400 or 422 for wrong options. */
export function contextOf(
  { request, query, identity }: Exchange,
  write: WriteQuery = parseWriteQuery(query),
): RequestScope {
  const warnings = new Warnings()
  const fence = parseFence(request.headers[FENCE_HEADER])
  const context: RequestContext = {
    user: identity,
    fieldManager: write.fieldManager ?? managerOfUserAgent(request.headers['user-agent']),
    dryRun: write.dryRun,
    fieldValidation: write.fieldValidation,
    origin: 'client',
    ...(fence !== undefined && { fence }),
    warn: text => warnings.add(text),
  }
  return { context, warnings }
}

/** `kubectl/v1.33.2 (linux/amd64)` writes as `kubectl`. */
function managerOfUserAgent(userAgent: string | undefined): string {
  const prefix = (userAgent ?? '')
    .split('/', 1)[0]!
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, 128)
  return prefix === '' ? 'unknown' : prefix
}

function parseFence(header: string | string[] | undefined): Fence | undefined {
  if (typeof header !== 'string') return undefined
  try {
    const { namespace, name, holder } = JSON.parse(header) as Record<string, unknown>
    if (typeof namespace === 'string' && typeof name === 'string' && typeof holder === 'string')
      return { namespace, name, holder }
  } catch {
    // Falls through: no JSON.
  }
  throw apiError('BadRequest', `${FENCE_HEADER}: must be JSON with the texts namespace, name and holder`)
}
