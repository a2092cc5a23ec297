import type { Client } from '../client/client.ts'
import { createMetrics } from '../client/metrics.ts'
import { createGitHttpHandler } from '../git/git-http-handler.ts'
import type { DiskGitRepository } from '../git/open-git-repository.ts'
import type { Logger } from '../lib/log.ts'
import { systemClock } from '../lib/system-clock.ts'
import { systemRandom } from '../lib/system-random.ts'
import { ensureBootstrapObjects } from '../registry/bootstrap-objects.ts'
import { dnsAddressOf, parseIpv4Range } from '../registry/ipv4-range.ts'
import { createApiServer } from '../server/api-server.ts'
import type { ListenAddress } from '../server/listener.ts'
import type { PassStore } from '../server/login.ts'
import type { NodeTunnels } from '../server/node-tunnel.ts'
import type { Pki } from '../server/pki/pki.ts'
import type { TokenStore } from '../server/pki/token-store.ts'
import { createPodLogs, tunnelLogSource } from '../server/pod-logs.ts'
import { addressForOthers } from '../server/server-names.ts'
import { createServiceTokens } from '../server/service-tokens.ts'
import { createWebServer } from '../server/web-server.ts'
import { createStatusPage } from '../web/status-page.ts'
import { createEngineEndpoints } from './engine-endpoints.ts'
import { listenSomewhere } from './listen-somewhere.ts'
import type { OpenRegistry, Stops } from './open-registry.ts'
import type { Ranges } from './serving-options.ts'
import { chooseAddress, type ServingOptions } from './serving-options.ts'
import { VERSION } from './version.ts'

/** What stands behind the two listeners. */
export interface EdgeParts {
  readonly serving: ServingOptions
  readonly ranges: Ranges
  readonly log: Logger
  readonly git: DiskGitRepository
  readonly registry: OpenRegistry
  readonly client: Client
  readonly pki: Pki
  readonly tokens: TokenStore
  readonly codes: PassStore
  readonly tunnels: NodeTunnels
  readonly stops: Stops
}

/** The Kubernetes API, with the objects by which its clients know the cluster. */
export async function serveApi(parts: EdgeParts, keptPort: number | undefined): Promise<ListenAddress> {
  const { registry, client, pki, tokens, codes, tunnels, stops } = parts
  const { serviceCidr } = parts.ranges
  const clusterIp = parseIpv4Range(serviceCidr).at(0)
  // A plain user may not serve 443.
  const servicePort = serviceCidr.startsWith('127.') ? 6443 : 443
  // Before anybody can ask: an agent knows the cluster by its first objects.
  // Nor 53, and a pod's resolver asks nowhere else.
  const dns = serviceCidr.startsWith('127.') ? {} : { dnsIp: dnsAddressOf(serviceCidr) }
  const fixed = { clusterIp, servicePort, ...dns }
  await ensureBootstrapObjects(client, { ...fixed, apiPort: keptPort ?? 6443 })
  const { authorizer } = registry
  const extensions = [
    createPodLogs({ client, authorizer, logs: tunnelLogSource(tunnels), clock: systemClock }),
    createServiceTokens({ tokens, codes }),
    createEngineEndpoints(registry.engine),
    tunnels,
  ]
  const names = { dns: [], ip: [clusterIp] }
  const { address, listener } = await listenSomewhere(
    '--api-address',
    chooseAddress('--api-address', parts.serving.apiAddress, keptPort, 6443),
    address =>
      createApiServer({
        ...edgeOptions(parts),
        pki,
        address,
        names,
        version: VERSION,
        metrics: createMetrics(),
        extensions,
      }),
  )
  stops.push(() => listener.close())
  await ensureBootstrapObjects(client, { ...fixed, apiPort: address.port, apiHost: addressForOthers(address.host) })
  return address
}

/** The page and Git over HTTP. */
export async function serveHttp(parts: EdgeParts, keptPort: number | undefined): Promise<ListenAddress> {
  const { git, client, codes, log, stops } = parts
  const clock = systemClock
  const gitHandler = createGitHttpHandler({
    repositoryPath: git.path,
    command: git.command,
    clock,
    log,
  })
  const page = createStatusPage({ client, clock })
  const { address, listener } = await listenSomewhere(
    '--http-address',
    chooseAddress('--http-address', parts.serving.httpAddress, keptPort, 7070),
    address => createWebServer({ ...edgeOptions(parts), address, codes, git: gitHandler, page }),
  )
  stops.push(() => listener.close())
  return address
}

function edgeOptions({ registry, tokens, log }: EdgeParts) {
  const { running, authorizer } = registry
  return { registry: running, authorizer, tokens, clock: systemClock, random: systemRandom, log }
}
