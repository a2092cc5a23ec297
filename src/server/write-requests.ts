import type { CollectionTarget, ListRequest, ObjectTarget } from '../registry/registry.ts'
import { readDeleteOptions } from './delete-options.ts'
import type { Exchange } from './exchange.ts'
import { objectMediaType, patchTypeOf, readBody } from './request-body.ts'
import type { ResourceRequestOptions } from './request-context.ts'
import { contextOf } from './request-context.ts'
import { invalid, parseBoolean, parseListQuery, parseWriteQuery } from './request-options.ts'
import { methodNotAllowed, sendJson, successStatus } from './respond.ts'
import { answerOptions, sendList, sendObject } from './send-objects.ts'

/** These answer with a Status instead of the object they changed. */
const STATUS_SUBRESOURCES = new Set(['binding', 'eviction'])

export async function createObject(
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

export async function updateObject(
  exchange: Exchange,
  target: ObjectTarget,
  { registry, clock }: ResourceRequestOptions,
) {
  const answer = answerOptions(exchange, clock)
  const { context, warnings } = contextOf(exchange)
  const { object, created } = await registry.update(context, target, await objectBody(exchange))
  sendObject(exchange, created ? 201 : 200, object, target, answer, warnings)
}

export async function patchObject(
  exchange: Exchange,
  target: ObjectTarget,
  { registry, clock }: ResourceRequestOptions,
) {
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

export async function deleteObject(
  exchange: Exchange,
  target: ObjectTarget,
  { registry, clock }: ResourceRequestOptions,
) {
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

export async function deleteCollection(exchange: Exchange, target: CollectionTarget, options: ResourceRequestOptions) {
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

async function objectBody({ request }: Exchange) {
  const mediaType = objectMediaType(request)
  return { mediaType, bytes: await readBody(request) }
}
