import { apiError } from '../api/api-error.ts'
import { decodeBody } from '../api/decode/body.ts'
import { isPlainObject } from '../api/plain-object.ts'
import type { DeleteOptions } from '../client/client.ts'
import type { Exchange } from './exchange.ts'
import { objectMediaType, readBody } from './request-body.ts'
import { invalid, parseBoolean, parseDryRun, parseInteger, unsupported } from './request-options.ts'

const PROPAGATION = ['Background', 'Foreground', 'Orphan'] as const

/** DeleteOptions come in the body, or in the query when there is none (API reference, "DeleteOptions"). */
export async function readDeleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const bytes = await readBody(exchange.request)
  const given = bytes.byteLength > 0 ? parseBody(exchange, bytes) : fromQuery(exchange.query)
  return checkDeleteOptions(given)
}

interface RawDeleteOptions {
  readonly gracePeriodSeconds?: unknown
  readonly propagationPolicy?: unknown
  readonly orphanDependents?: unknown
  readonly preconditions?: { readonly uid?: unknown; readonly resourceVersion?: unknown } | null
  readonly dryRun?: readonly unknown[]
}

function parseBody({ request }: Exchange, bytes: Buffer): RawDeleteOptions {
  const { value } = decodeBody(objectMediaType(request), bytes)
  if (!isPlainObject(value)) throw apiError('BadRequest', 'DeleteOptions: the body must be an object')
  return value as RawDeleteOptions
}

function fromQuery(query: URLSearchParams): RawDeleteOptions {
  return {
    gracePeriodSeconds: parseInteger(query, 'gracePeriodSeconds'),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: parseBoolean(query, 'orphanDependents'),
    dryRun: query.getAll('dryRun'),
  }
}

function checkDeleteOptions(given: RawDeleteOptions): DeleteOptions {
  const grace = given.gracePeriodSeconds ?? undefined
  if (grace !== undefined && (typeof grace !== 'number' || !Number.isInteger(grace)))
    throw invalid('gracePeriodSeconds', `Invalid value: ${JSON.stringify(grace)}: must be a whole number`)
  const propagation = propagationOf(given)
  const uid = given.preconditions?.uid ?? undefined
  const resourceVersion = given.preconditions?.resourceVersion ?? undefined
  return {
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(propagation !== undefined && { propagation }),
    ...((uid !== undefined || resourceVersion !== undefined) && {
      preconditions: {
        ...(uid !== undefined && { uid: String(uid) }),
        ...(resourceVersion !== undefined && { resourceVersion: String(resourceVersion) }),
      },
    }),
    dryRun: parseDryRun(given.dryRun ?? []),
  }
}

function propagationOf(given: RawDeleteOptions): DeleteOptions['propagation'] {
  const policy = given.propagationPolicy ?? undefined
  const orphan = given.orphanDependents ?? undefined
  if (policy === undefined) return orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background'
  if (orphan !== undefined)
    throw invalid('propagationPolicy', 'Invalid value: orphanDependents and propagationPolicy cannot be both set')
  const known = PROPAGATION.find(each => each === policy)
  if (known === undefined) throw unsupported('propagationPolicy', policy, PROPAGATION)
  return known
}
