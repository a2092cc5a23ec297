import { apiError } from '../api/api-error.ts'
import type { KindVerb } from '../api/kind.ts'
import type { KindRegistry, ServedKind } from '../api/kind-registry.ts'
import type { CollectionTarget, ObjectTarget } from '../registry/registry.ts'
import type { ResourcePath } from './api-path.ts'
import type { Exchange } from './exchange.ts'
import { getObject, listCollection, watchCollection } from './read-requests.ts'
import type { ResourceRequestOptions } from './request-context.ts'
import { parseBoolean } from './request-options.ts'
import { methodNotAllowed } from './respond.ts'
import { createObject, deleteCollection, deleteObject, patchObject, updateObject } from './write-requests.ts'

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

/** A kind may lack a verb: namespaces are not deleted by the dozen. */
function requireVerb({ served }: CollectionTarget, verb: KindVerb): void {
  if (!served.kind.verbs.includes(verb)) throw methodNotAllowed()
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
      requireVerb(target, 'deletecollection')
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
