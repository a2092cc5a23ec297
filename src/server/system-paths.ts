import { arch, version as nodeVersion, platform } from 'node:process'
import { apiError } from '../api/api-error.ts'
import type { Metrics } from '../client/metrics.ts'
import type { Registry } from '../registry/registry.ts'
import { createDiscoveryPaths } from './discovery-paths.ts'
import type { Exchange } from './exchange.ts'
import type { ReadinessCheck } from './health.ts'
import { answerHealth } from './health.ts'
import { KUBERNETES_VERSION } from './kubernetes-version.ts'
import { requireJsonAcceptable } from './negotiate.ts'
import { createOpenApiPaths } from './openapi-paths.ts'
import { sendBytes, sendJson } from './respond.ts'

export interface SystemPathOptions {
  readonly registry: Registry
  readonly version: string
  readonly readiness?: readonly ReadinessCheck[]
  readonly metrics: Metrics
}

/** Answers every path that is about the server itself; throws 404 for the rest. */
export function createSystemPaths(options: SystemPathOptions): (exchange: Exchange) => Promise<void> {
  const discovery = createDiscoveryPaths(options.registry.kinds)
  const openApi = createOpenApiPaths(options.registry.kinds)
  return async exchange => {
    const { path, response, query, request } = exchange
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return sendUnknownPath(exchange)
    if (path === '/version') {
      requireJsonAcceptable(request.headers.accept)
      return sendJson(response, 200, versionInfo(options.version))
    }
    if (path === '/metrics')
      return sendBytes(response, 200, 'text/plain; version=0.0.4; charset=utf-8', options.metrics.format())
    if (/^\/(healthz|livez|readyz)(\/[^/]+)?$/.test(path)) {
      const { code, text } = await answerHealth(path, query.has('verbose'), options.readiness ?? [])
      return sendBytes(response, code, 'text/plain; charset=utf-8', text)
    }
    if (path === '/') return sendJson(response, 200, { paths: rootPaths(options.registry) })
    if (discovery(exchange) || (await openApi(exchange))) return
    sendUnknownPath(exchange)
  }
}

function versionInfo(version: string) {
  const { major, minor, patch } = KUBERNETES_VERSION
  return {
    major,
    minor,
    gitVersion: `v${major}.${minor}.${patch}+pintle.${version}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node${nodeVersion}`,
    compiler: 'node',
    platform: `${platform}/${arch}`,
  }
}

function rootPaths({ kinds }: Registry): string[] {
  const groups = new Set(kinds.list().flatMap(kind => kind.versions.map(each => each.group)))
  const apis = [...groups].filter(group => group !== '').map(group => `/apis/${group}`)
  return ['/api', '/apis', ...apis, '/healthz', '/livez', '/metrics', '/openapi/v3', '/readyz', '/version']
}

/** Below the API groups a Status, elsewhere the words clients know. */
function sendUnknownPath({ path, response }: Exchange): void {
  if (/^\/apis?\//.test(path)) throw apiError('NotFound', 'the server could not find the requested resource', {})
  sendBytes(response, 404, 'text/plain; charset=utf-8', '404 page not found\n')
}
