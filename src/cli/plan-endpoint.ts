import { apiError } from '../api/api-error.ts'
import type { RunningSyncEngine } from '../gitops/create-sync-engine.ts'
import type { ApiExtension } from '../server/api-server.ts'
import { sendJson } from '../server/respond.ts'

const PATH = '/pintle/v1/plan'
const COMMIT = /^[0-9a-f]{40}$/

/** `GET /pintle/v1/plan?commit=<id>`: what that commit would change in the cluster, for administrators. */
export function createPlanEndpoint(engine: RunningSyncEngine): ApiExtension {
  return {
    async answer({ method, path, query, identity, response }) {
      if (path !== PATH) return false
      if (method !== 'GET') throw apiError('MethodNotAllowed', `${PATH} answers GET`)
      if (!identity.groups.includes('system:masters')) throw apiError('Forbidden', `${identity.user} may not plan`)
      const commit = query.get('commit') ?? ''
      if (!COMMIT.test(commit)) throw apiError('BadRequest', 'commit must be 40 hexadecimal digits')
      sendJson(response, 200, await engine.operations.plan(commit))
      return true
    },
  }
}
