import { type ApiError, apiError, qualifiedResource } from '../api/api-error.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { AccessRequest, Authorizer } from './authorizer.ts'
import type { CollectionTarget, RequestContext } from './registry.ts'

/** What somebody wants to do to which object or collection. */
export interface Access {
  readonly verb: string
  readonly target: CollectionTarget & { readonly name?: string; readonly subresource?: string }
  readonly fieldSelector?: string
}

/** Throws 403 in Kubernetes' words unless the authorizer allows it. */
export async function authorize(authorizer: Authorizer, context: RequestContext, access: Access): Promise<void> {
  const { served, namespace, name, subresource } = access.target
  const request: AccessRequest = {
    user: context.user,
    verb: access.verb,
    resource: {
      group: served.version.group,
      plural: served.kind.plural,
      ...(subresource !== undefined && { subresource }),
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(access.fieldSelector !== undefined && { fieldSelector: access.fieldSelector }),
    },
  }
  const why = await authorizer.refuse(request)
  if (why !== undefined) throw forbiddenFor(request, why)
}

function forbiddenFor({ user, verb, resource }: AccessRequest, why: string): ApiError {
  const { group = '', plural = '', subresource, namespace, name } = resource ?? {}
  const shown = subresource === undefined ? plural : `${plural}/${subresource}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  const what = `User ${JSON.stringify(user.user)} cannot ${verb} resource ${JSON.stringify(shown)}`
  const reason = why === '' ? '' : `: ${why}`
  // Kubernetes does not name what was to be created.
  return forbidden(
    group,
    plural,
    verb === 'create' ? undefined : name,
    `${what} in API group ${JSON.stringify(group)} ${where}${reason}`,
  )
}

/** `pods "x" is forbidden: <why>`. */
function forbidden(group: string, plural: string, name: string | undefined, why: string): ApiError {
  const resource = qualifiedResource(group, plural)
  const subject = name === undefined || name === '' ? resource : `${resource} ${JSON.stringify(name)}`
  return apiError('Forbidden', `${subject} is forbidden: ${why}`, {
    ...(name !== undefined && name !== '' && { name }),
    ...(group && { group }),
    kind: plural,
  })
}

export function forbiddenObject(served: ServedKind, name: string, why: string): ApiError {
  return forbidden(served.version.group, served.kind.plural, name, why)
}
