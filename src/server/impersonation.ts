import type { IncomingMessage } from 'node:http'
import { apiError } from '../api/api-error.ts'
import type { Identity } from '../client/client.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import { AUTHENTICATED_GROUP } from './authentication.ts'

const GROUPS_MAX = 64

/**
 * `kubectl --as`: who may, acts as somebody else for one request (headers `Impersonate-User`, `-Group`, `-Uid`). The
 * headers are never ignored: a request that asks for less than its sender may do must not get more. Throws 403.
 */
export async function impersonate(
  request: IncomingMessage,
  sender: Identity,
  authorizer: Authorizer,
): Promise<Identity> {
  const user = single(request.headers['impersonate-user'])
  const groups = request.headersDistinct['impersonate-group'] ?? []
  const uid = single(request.headers['impersonate-uid'])
  if (user === undefined) {
    if (groups.length > 0 || uid !== undefined)
      throw apiError('BadRequest', 'Impersonate-Group and Impersonate-Uid are of no use without Impersonate-User')
    return sender
  }
  if (groups.length > GROUPS_MAX) throw apiError('BadRequest', `more than ${GROUPS_MAX} groups to impersonate`)
  await mayImpersonate(authorizer, sender, 'users', user)
  for (const group of groups) await mayImpersonate(authorizer, sender, 'groups', group)
  return { user, groups: [...new Set([...groups, AUTHENTICATED_GROUP])], ...(uid !== undefined && { uid }) }
}

function single(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header[0] : header
  return value === '' ? undefined : value
}

async function mayImpersonate(authorizer: Authorizer, sender: Identity, plural: string, name: string): Promise<void> {
  const why = await authorizer.refuse({ user: sender, verb: 'impersonate', resource: { group: '', plural, name } })
  if (why === undefined) return
  const reason = why === '' ? '' : `: ${why}`
  throw apiError(
    'Forbidden',
    `${plural} ${JSON.stringify(name)} is forbidden: User ${JSON.stringify(sender.user)} cannot impersonate resource ${JSON.stringify(plural)} in API group "" at the cluster scope${reason}`,
  )
}
