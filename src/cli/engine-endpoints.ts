import { apiError } from '../api/api-error.ts'
import type { RunningSyncEngine } from '../gitops/create-sync-engine.ts'
import type { ApiExtension } from '../server/api-extension.ts'
import { sendJson } from '../server/respond.ts'

const COMMIT = /^[0-9a-f]{40}$/
const HISTORY_LENGTH_MAX = 200

/**
 * What the sync engine knows that no object holds, for administrators: `GET /pintle/v1/plan?commit=<id>` (what that
 * commit would change in the cluster) and `GET /pintle/v1/history?application=<name>` (its finished rollouts).
 */
export function createEngineEndpoints({ operations }: RunningSyncEngine): ApiExtension {
  const answers: Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>> = {
    '/pintle/v1/plan': async query => {
      const commit = query.get('commit') ?? ''
      if (!COMMIT.test(commit)) throw apiError('BadRequest', 'commit must be 40 hexadecimal digits')
      return await operations.plan(commit)
    },
    '/pintle/v1/history': async query => {
      const application = query.get('application') ?? ''
      return await operations.history(application, HISTORY_LENGTH_MAX)
    },
  }
  return {
    async answer({ method, path, query, identity, response }) {
      const answer = Object.hasOwn(answers, path) ? answers[path] : undefined
      if (answer === undefined) return false
      if (method !== 'GET') throw apiError('MethodNotAllowed', `${path} answers GET`)
      if (!identity.groups.includes('system:masters')) throw apiError('Forbidden', `${identity.user} may not ask this`)
      sendJson(response, 200, await answer(query))
      return true
    },
  }
}
