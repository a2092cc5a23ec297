import type { IncomingMessage } from 'node:http'
import type { PeerCertificate } from 'node:tls'
import { TLSSocket } from 'node:tls'
import { apiError } from '../api/api-error.ts'
import type { Identity } from '../client/client.ts'

/** Everybody who proved who they are. */
export const AUTHENTICATED_GROUP = 'system:authenticated'

export interface TokenLookup {
  find(token: string): Identity | undefined
}

/**
 * Who asks: by a client certificate of our own authority (common name = user, organizations = groups), or by a bearer
 * token. A token that is given must be good, whatever the certificate says. Throws 401: nobody is anonymous.
 */
export function authenticate(request: IncomingMessage, tokens: TokenLookup): Identity {
  const { authorization } = request.headers
  const identity =
    authorization !== undefined ? fromAuthorization(authorization, tokens) : fromClientCertificate(request.socket)
  if (identity === undefined) throw unauthorized()
  return withAuthenticatedGroup(identity)
}

function unauthorized(): ReturnType<typeof apiError> {
  return apiError(
    'Unauthorized',
    'Unauthorized: give a client certificate of this cluster or a valid bearer token; see the kubeconfig in the data directory',
  )
}

/** `Bearer <token>` (RFC 6750). */
function fromAuthorization(header: string, tokens: TokenLookup): Identity | undefined {
  const [scheme = '', token = ''] = header.trim().split(/\s+/, 2)
  return scheme.toLowerCase() === 'bearer' && token !== '' ? tokens.find(token) : undefined
}

/** Certificates do not change while a connection lasts. */
const identityOfSocket = new WeakMap<TLSSocket, Identity>()

function fromClientCertificate(socket: IncomingMessage['socket']): Identity | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const known = identityOfSocket.get(socket)
  if (known !== undefined) return known
  const identity = identityOfCertificate(socket.getPeerCertificate())
  if (identity !== undefined) identityOfSocket.set(socket, identity)
  return identity
}

function identityOfCertificate({ subject }: PeerCertificate): Identity | undefined {
  // Node gives a list where an attribute occurs several times; its types do not say so.
  const { CN, O } = (subject ?? {}) as unknown as { CN?: string | string[]; O?: string | string[] }
  if (typeof CN !== 'string' || CN === '') return undefined
  return { user: CN, groups: O === undefined ? [] : [O].flat() }
}

function withAuthenticatedGroup(identity: Identity): Identity {
  if (identity.groups.includes(AUTHENTICATED_GROUP)) return identity
  return { ...identity, groups: [...identity.groups, AUTHENTICATED_GROUP] }
}
