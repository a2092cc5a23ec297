import { randomInt } from 'node:crypto'
import { apiError } from '../api/api-error.ts'
import type { KindRegistry, ServedKind } from '../api/kind-registry.ts'
import type { Fence } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type {
  CollectionTarget,
  ListRequest,
  ObjectTarget,
  Registry,
  RequestContext,
  StoredList,
  StoredObject,
} from '../registry/registry.ts'
import type { AnswerOptions } from './answer-form.ts'
import { encodeItem, encodeObject, listFrame } from './answer-form.ts'
import type { ResourcePath } from './api-path.ts'
import { ChunkedBody } from './chunked-body.ts'
import { readDeleteOptions } from './delete-options.ts'
import type { Exchange } from './exchange.ts'
import { negotiateForm } from './negotiate.ts'
import { objectMediaType, patchTypeOf, readBody } from './request-body.ts'
import type { WriteQuery } from './request-options.ts'
import {
  invalid,
  parseBoolean,
  parseIncludeObject,
  parseInteger,
  parseListQuery,
  parseWatchQuery,
  parseWriteQuery,
} from './request-options.ts'
import { sendBytes, sendJson, successStatus, Warnings } from './respond.ts'
import type { WatchFrames } from './watch-frames.ts'
import { WatchStream } from './watch-stream.ts'

/** Header by which a leader's writes carry their fence: `{"namespace","name","holder"}`. */
export const FENCE_HEADER = 'pintle-fence'

const WATCH_SECONDS_MIN = 1800
const WATCH_SECONDS_MAX = 3600
/** These answer with a Status instead of the object they changed. */
const STATUS_SUBRESOURCES = new Set(['binding', 'eviction'])
const JSON_HEADERS = { 'content-type': 'application/json' }
const COMMA = Buffer.from(',')

export interface ResourceRequestOptions {
  readonly registry: Registry
  readonly frames: WatchFrames
  readonly clock: Clock
  readonly log: Logger
}

/** Answers every request on a collection, an object or a subresource by one call of the registry. */
export async function answerResourceRequest(
  exchange: Exchange,
  path: ResourcePath,
  options: ResourceRequestOptions,
): Promise<void> {
  const served = findServed(options.registry.kinds, path)
  const collection: CollectionTarget = { served, ...(path.namespace !== undefined && { namespace: path.namespace }) }
  if (path.name === undefined) return await answerCollection(exchange, collection, options)
  const target: ObjectTarget = {
    ...collection,
    name: path.name,
    ...(path.subresource !== undefined && { subresource: path.subresource }),
  }
  await answerObject(exchange, target, options)
}

function findServed(kinds: KindRegistry, path: ResourcePath): ServedKind {
  const served = kinds.byResource(path.apiVersion, path.plural)
  const objectWithoutNamespace = path.name !== undefined && path.namespace === undefined
  const wrongScope =
    served !== undefined && (served.kind.namespaced ? objectWithoutNamespace : path.namespace !== undefined)
  if (served === undefined || wrongScope)
    throw apiError('NotFound', 'the server could not find the requested resource', {})
  return served
}

async function answerCollection(
  exchange: Exchange,
  target: CollectionTarget,
  options: ResourceRequestOptions,
): Promise<void> {
  switch (exchange.method) {
    case 'GET':
      return parseBoolean(exchange.query, 'watch')
        ? await watchCollection(exchange, target, options)
        : await listCollection(exchange, target, options)
    case 'POST':
      return await createObject(exchange, target, options)
    case 'DELETE':
      return await deleteCollection(exchange, target, options)
    default:
      throw methodNotAllowed()
  }
}

async function answerObject(exchange: Exchange, target: ObjectTarget, options: ResourceRequestOptions): Promise<void> {
  switch (exchange.method) {
    case 'GET':
      return parseBoolean(exchange.query, 'watch') && target.subresource === undefined
        ? await watchCollection(exchange, target, options, target.name)
        : await getObject(exchange, target, options)
    case 'POST':
      if (target.subresource === undefined) throw methodNotAllowed()
      return await createObject(exchange, target, options)
    case 'PUT':
      return await updateObject(exchange, target, options)
    case 'PATCH':
      return await patchObject(exchange, target, options)
    case 'DELETE':
      return await deleteObject(exchange, target, options)
    default:
      throw methodNotAllowed()
  }
}

async function getObject(exchange: Exchange, target: ObjectTarget, { registry, clock }: ResourceRequestOptions) {
  const answer = answerOptions(exchange, clock)
  const { context, warnings } = contextOf(exchange)
  const resourceVersion = exchange.query.get('resourceVersion')
  const stored = await registry.get(context, target, resourceVersion ? { resourceVersion } : {})
  sendObject(exchange, 200, stored, target, answer, warnings)
}

async function listCollection(exchange: Exchange, target: CollectionTarget, options: ResourceRequestOptions) {
  const answer = answerOptions(exchange, options.clock)
  const { context, warnings } = contextOf(exchange)
  const list = await options.registry.list(context, target, parseListQuery(exchange.query))
  await sendList(exchange, list, target.served, answer, warnings)
}

async function watchCollection(
  exchange: Exchange,
  target: CollectionTarget,
  options: ResourceRequestOptions,
  name?: string,
) {
  const { form, includeObject } = answerOptions(exchange, options.clock)
  const { context, warnings } = contextOf(exchange)
  const request = parseWatchQuery(exchange.query)
  const seconds = parseInteger(exchange.query, 'timeoutSeconds') ?? randomInt(WATCH_SECONDS_MIN, WATCH_SECONDS_MAX)
  const stream = new WatchStream(exchange.response, {
    served: target.served,
    answer: { form, includeObject },
    frames: options.frames,
    clock: options.clock,
    log: options.log,
    timeoutMs: Math.min(Math.max(seconds, 1), 86_400) * 1000,
    headers: {
      'content-type': form.type === 'table' ? 'application/json;stream=watch' : 'application/json',
      'cache-control': 'no-cache, private',
      ...(warnings.headers() as Record<string, string>),
    },
  })
  const narrowed = name === undefined ? request : { ...request, fieldSelector: `metadata.name=${name}` }
  stream.open(await options.registry.watch(context, { ...target }, narrowed, stream))
}

async function createObject(
  exchange: Exchange,
  target: CollectionTarget | ObjectTarget,
  { registry, clock }: ResourceRequestOptions,
) {
  const answer = answerOptions(exchange, clock)
  const { context, warnings } = contextOf(exchange)
  if (target.served.kind.namespaced && target.namespace === undefined) throw methodNotAllowed()
  const body = await objectBody(exchange)
  const stored = await registry.create(context, target, body)
  if ('subresource' in target && STATUS_SUBRESOURCES.has(target.subresource ?? ''))
    return sendJson(exchange.response, 201, successStatus(201), warnings.headers())
  sendObject(exchange, 201, stored, target, answer, warnings)
}

async function updateObject(exchange: Exchange, target: ObjectTarget, { registry, clock }: ResourceRequestOptions) {
  const answer = answerOptions(exchange, clock)
  const { context, warnings } = contextOf(exchange)
  const { object, created } = await registry.update(context, target, await objectBody(exchange))
  sendObject(exchange, created ? 201 : 200, object, target, answer, warnings)
}

async function patchObject(exchange: Exchange, target: ObjectTarget, { registry, clock }: ResourceRequestOptions) {
  const answer = answerOptions(exchange, clock)
  const type = patchTypeOf(exchange.request)
  const write = parseWriteQuery(exchange.query)
  const force = parseBoolean(exchange.query, 'force')
  if (type === 'apply' && write.fieldManager === undefined)
    throw invalid('fieldManager', 'Required value: is required for apply patch')
  if (type !== 'apply' && force !== undefined)
    throw invalid('force', 'Forbidden: may not be specified for non-apply patch')
  const { context, warnings } = contextOf(exchange, write)
  const body = {
    mediaType: type === 'apply' ? 'application/yaml' : 'application/json',
    bytes: await readBody(exchange.request),
  }
  const patch = type === 'apply' ? { type, body, force: force ?? false } : { type, body }
  const { object, created } = await registry.patch(context, target, patch)
  sendObject(exchange, created ? 201 : 200, object, target, answer, warnings)
}

async function deleteObject(exchange: Exchange, target: ObjectTarget, { registry, clock }: ResourceRequestOptions) {
  const answer = answerOptions(exchange, clock)
  const options = await readDeleteOptions(exchange)
  const { context, warnings } = contextOf(exchange)
  const dryRun = context.dryRun || options.dryRun === true
  const result = await registry.delete({ ...context, dryRun }, target, { ...options, dryRun })
  if ('remaining' in result) return sendObject(exchange, 200, result.remaining, target, answer, warnings)
  const { group, plural } = target.served.kind
  const { uid } = result.gone.object().metadata
  const details = { name: target.name, ...(group && { group }), kind: plural, ...(uid !== undefined && { uid }) }
  sendJson(exchange.response, 200, successStatus(200, details), warnings.headers())
}

async function deleteCollection(exchange: Exchange, target: CollectionTarget, options: ResourceRequestOptions) {
  const answer = answerOptions(exchange, options.clock)
  const deleteOptions = await readDeleteOptions(exchange)
  const { context, warnings } = contextOf(exchange)
  const dryRun = context.dryRun || deleteOptions.dryRun === true
  const request: ListRequest = parseListQuery(exchange.query)
  const list = await options.registry.deleteCollection({ ...context, dryRun }, target, {
    ...request,
    ...deleteOptions,
    dryRun,
  })
  await sendList(exchange, list, target.served, answer, warnings)
}

function answerOptions({ request, query }: Exchange, clock: Clock): AnswerOptions {
  return {
    form: negotiateForm(request.headers.accept),
    includeObject: parseIncludeObject(query),
    nowMs: clock.now(),
  }
}

function contextOf(
  { request, query, identity }: Exchange,
  write: WriteQuery = parseWriteQuery(query),
): { readonly context: RequestContext; readonly warnings: Warnings } {
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

async function objectBody({ request }: Exchange) {
  const mediaType = objectMediaType(request)
  return { mediaType, bytes: await readBody(request) }
}

function sendObject(
  { response }: Exchange,
  code: number,
  stored: StoredObject,
  { served }: CollectionTarget,
  answer: AnswerOptions,
  warnings: Warnings,
): void {
  sendBytes(response, code, 'application/json', encodeObject(stored, served, answer), warnings.headers())
}

async function sendList(
  { response }: Exchange,
  list: StoredList,
  served: ServedKind,
  answer: AnswerOptions,
  warnings: Warnings,
): Promise<void> {
  const body = new ChunkedBody(response, { ...JSON_HEADERS, ...warnings.headers() })
  const { head, tail } = listFrame(served, answer, {
    resourceVersion: String(list.revision),
    ...(list.continue !== undefined && { continue: list.continue }),
    ...(list.remainingItemCount !== undefined && { remainingItemCount: list.remainingItemCount }),
  })
  body.add(Buffer.from(head))
  for (const [index, stored] of list.items.entries()) {
    if (index > 0) body.add(COMMA)
    if (body.add(encodeItem(stored, served, answer)) && !(await body.flush())) return
  }
  body.add(Buffer.from(tail))
  body.end()
}

export function methodNotAllowed() {
  return apiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}
