import { invariant } from '../lib/invariant.ts'
import type { AccessRequest, Authorizer, ObjectReader } from './authorizer.ts'
import { createLoopPermissions } from './loop-permissions.ts'
import { nodeNameOf, whyNodeMayNot } from './node-permissions.ts'

/** Everything is allowed to members of this group. */
const ADMIN_GROUP = 'system:masters'
const AUTHENTICATED_GROUP = 'system:authenticated'

/** What anybody with an identity may read: who serves this and which kinds there are. */
const OPEN_PATHS = ['/version', '/healthz', '/livez', '/readyz', '/api', '/apis', '/openapi']

/**
 * Who may do what until roles can be stored: admins everything, an agent what concerns its own node, each loop what it
 * needs, and everybody else with an identity only discovery, version and health.
 */
export function createBuiltinAuthorizer(): Authorizer {
  const loops = createLoopPermissions()
  let objects: ObjectReader | undefined
  return {
    readFrom(reader) {
      objects = reader
    },
    async refuse(request) {
      const { user } = request
      if (user.groups.includes(ADMIN_GROUP)) return undefined
      if (request.resource === undefined) return whyPathIsClosed(request)
      if (loops.allows(request)) return undefined
      const node = nodeNameOf(user)
      if (node === undefined) return loops.knows(user) ? 'this loop has no such permission' : ''
      invariant(objects !== undefined, 'an authorizer asked about nodes has been lent the objects')
      return whyNodeMayNot(node, request, objects)
    },
  }
}

function whyPathIsClosed({ user, path = '/', verb }: AccessRequest): string | undefined {
  const known = user.groups.includes(AUTHENTICATED_GROUP)
  const open = OPEN_PATHS.some(each => path === each || path.startsWith(`${each}/`))
  return known && open && verb.toLowerCase() === 'get' ? undefined : `this path is not open to ${user.user}`
}
