import type { Client, Identity } from '../client/client.ts'
import { startControllers } from '../control/start-controllers.ts'
import { builtinControllers } from '../controllers/builtin-controllers.ts'
import { createHookServer } from '../git/hook-server.ts'
import { installHooks } from '../git/install-hooks.ts'
import { type DiskGitRepository, openGitRepository } from '../git/open-git-repository.ts'
import { startGitMaintenance } from '../git/system-git-maintenance.ts'
import type { RunningSyncEngine } from '../gitops/create-sync-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Offload } from '../lib/offload.ts'
import { systemClock } from '../lib/system-clock.ts'
import { SystemOffload } from '../lib/system-offload.ts'
import { systemRandom } from '../lib/system-random.ts'
import { schedulerIdentity, startScheduler } from '../scheduler/start-scheduler.ts'
import type { ListenAddress } from '../server/listener.ts'
import { LOGIN_CODE_LIFETIME_MS, PassStore } from '../server/login.ts'
import { startNodeHeartbeats } from '../server/node-heartbeats.ts'
import { createNodeTunnels, type NodeTunnels } from '../server/node-tunnel.ts'
import { writeKubeconfig } from '../server/pki/kubeconfig.ts'
import { openPki, type Pki } from '../server/pki/pki.ts'
import { openTokenStore } from '../server/pki/token-store.ts'
import { addressForSelf } from '../server/server-names.ts'
import type { DataDirectory } from './data-directory.ts'
import { ADMIN, type OpenRegistry, openRegistry, type Stops } from './open-registry.ts'
import { serveApi, serveHttp } from './serve-edge.ts'
import type { Ranges, ServingOptions } from './serving-options.ts'

export interface ControlPlane {
  readonly api: ListenAddress
  readonly http: ListenAddress
  /** As the administrator, in this process. */
  readonly client: Client
  readonly repository: DiskGitRepository
  readonly engine: RunningSyncEngine
  readonly tunnels: NodeTunnels
  readonly pki: Pki
  /** A one-time code that opens the page. */
  issuePageCode(): string
  stop(): Promise<void>
}

export interface ControlPlaneOptions {
  readonly directory: DataDirectory
  readonly serving: ServingOptions
  readonly ranges: Ranges
  readonly log: Logger
}

/**
 * Starts every part of the control plane, from the store up, and stops them in the opposite order. The order of the
 * steps is the order of their needs: nothing answers before what it answers from is complete.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const stops: Stops = []
  const stop = async () => {
    while (stops.length > 0) await stops.pop()?.()
  }
  try {
    return { ...(await start(options, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: ControlPlaneOptions, stops: Stops): Promise<Omit<ControlPlane, 'stop'>> {
  const { directory, ranges, log } = options
  const [clock, random] = [systemClock, systemRandom]
  const pki = await openPki({ directory: directory.pki(), clock, random })
  const offload = new SystemOffload(clock)
  stops.push(() => offload.close())
  const git = await openRepository(directory, offload, log)
  stops.push(() => git.close())
  const registry = await openRegistry({ directory, ranges, git, offload, log, stops })
  const client = registry.running.client(ADMIN)
  const tokens = await openTokenStore({ path: directory.tokens(), clock, random })
  const codes = new PassStore({ clock, random, lifetimeMs: LOGIN_CODE_LIFETIME_MS })
  const tunnels = createNodeTunnels({ clock, log })
  stops.push(() => tunnels.close())
  const heartbeats = startNodeHeartbeats({ tunnels, client: identity => registry.running.client(identity), clock, log })
  stops.push(() => heartbeats.close())

  const edge = { ...options, git, registry, client, pki, tokens, codes, tunnels, stops }
  const kept = directory.readServerState()
  const api = await serveApi(edge, kept?.apiPort)
  const http = await serveHttp(edge, kept?.httpPort)
  directory.writeServerState({ ...kept, ...ranges, apiHost: api.host, apiPort: api.port, httpPort: http.port })
  await writeKubeconfig(directory.kubeconfig(), {
    server: `https://${addressForSelf(api.host)}:${api.port}`,
    caCertificate: pki.caCertificate,
    user: ADMIN.user,
    credentials: await pki.adminCredentials(),
  })
  await startLoops({ directory, git, registry, pki, clock, log, stops })
  const issuePageCode = () => codes.issue(ADMIN)
  return { api, http, client, repository: git, engine: registry.engine, tunnels, pki, issuePageCode }
}

async function openRepository(directory: DataDirectory, offload: Offload, log: Logger): Promise<DiskGitRepository> {
  await installHooks({
    hooksPath: directory.hooks(),
    socketPath: directory.socket(),
    pushesLogPath: directory.pushesLog(),
  })
  const paths = { path: directory.repository(), hooksPath: directory.hooks() }
  return await openGitRepository({ ...paths, clock: systemClock, offload, log })
}

interface LoopParts {
  readonly directory: DataDirectory
  readonly git: DiskGitRepository
  readonly registry: OpenRegistry
  readonly pki: Pki
  readonly clock: Clock
  readonly log: Logger
  readonly stops: Stops
}

async function startLoops({ directory, git, registry, pki, clock, log, stops }: LoopParts): Promise<void> {
  const { running, engine } = registry
  const client = (identity: Identity) => running.client(identity)
  const shared = { client, clock, random: systemRandom, log }
  const controllers = startControllers({
    ...shared,
    controllers: builtinControllers({ rootCa: pki.caCertificate, waitFor: engine.firstPassDone }),
  })
  stops.push(() => controllers.stop())
  const scheduler = startScheduler({ ...shared, client: client(schedulerIdentity) })
  stops.push(() => scheduler.stop())
  engine.start()
  stops.push(() => engine.stop())
  const hooks = await createHookServer({
    socketPath: directory.socket(),
    gate: engine.gate,
    repository: git,
    clock,
    log,
  })
  stops.push(() => hooks.close())
  const maintenance = startGitMaintenance({ repository: git, pushesLogPath: directory.pushesLog(), clock, log })
  stops.push(() => maintenance.stop())
}
