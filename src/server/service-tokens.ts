import { apiError } from '../api/api-error.ts'
import type { ApiExtension } from './api-extension.ts'
import type { PassStore } from './login.ts'
import type { TokenStore } from './pki/token-store.ts'
import { methodNotAllowed, sendJson } from './respond.ts'

/** A token for the Git server, as `pintle git-credential` asks for it: good for this long. */
const GIT_TOKEN_LIFETIME_MS = 3_600_000

export interface ServiceTokenOptions {
  readonly tokens: TokenStore
  readonly codes: PassStore
}

/**
 * Lets somebody who has an identity carry it to the second listener: `POST /pintle/v1/tokens` answers `{token}` for Git,
 * `POST /pintle/v1/page-codes` answers `{code}` that opens the page once.
 */
export function createServiceTokens({ tokens, codes }: ServiceTokenOptions): ApiExtension {
  return {
    async answer({ method, path, identity, response }) {
      if (path !== '/pintle/v1/tokens' && path !== '/pintle/v1/page-codes') return false
      if (method !== 'POST') throw methodNotAllowed()
      if (identity.groups.includes('system:nodes'))
        throw apiError('Forbidden', 'agents have no business with the Git server and the page')
      const headers = { 'cache-control': 'no-store' }
      if (path === '/pintle/v1/page-codes') sendJson(response, 201, { code: codes.issue(identity) }, headers)
      else sendJson(response, 201, { token: await tokens.issue(identity, 'git', GIT_TOKEN_LIFETIME_MS) }, headers)
      return true
    },
  }
}
