import { createHmac } from 'node:crypto'
import type { Client, Identity } from '../client/client.ts'
import { createMetrics } from '../client/metrics.ts'
import { startControllers } from '../control/start-controllers.ts'
import { builtinControllers } from '../controllers/builtin-controllers.ts'
import { createGitHttpHandler } from '../git/git-http-handler.ts'
import { createHookServer } from '../git/hook-server.ts'
import { installHooks } from '../git/install-hooks.ts'
import { type DiskGitRepository, openGitRepository } from '../git/open-git-repository.ts'
import { findPusher } from '../git/pushes-log.ts'
import { DESIRED_REF } from '../git/ref-name.ts'
import { startGitMaintenance } from '../git/system-git-maintenance.ts'
import { createSyncAdmission, createSyncEngine, type RunningSyncEngine } from '../gitops/create-sync-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { systemClock } from '../lib/system-clock.ts'
import { systemRandom } from '../lib/system-random.ts'
import { ensureBootstrapObjects } from '../registry/bootstrap-objects.ts'
import { createBuiltinAuthorizer } from '../registry/builtin-authorizer.ts'
import { createRegistry, type RunningRegistry } from '../registry/create-registry.ts'
import { parseIpv4Range } from '../registry/ipv4-range.ts'
import { createSystemCipher } from '../registry/system-cipher.ts'
import { schedulerIdentity, startScheduler } from '../scheduler/start-scheduler.ts'
import { createApiServer } from '../server/api-server.ts'
import type { ListenAddress } from '../server/listener.ts'
import { LOGIN_CODE_LIFETIME_MS, PassStore } from '../server/login.ts'
import { startNodeHeartbeats } from '../server/node-heartbeats.ts'
import { createNodeTunnels, type NodeTunnels } from '../server/node-tunnel.ts'
import { writeKubeconfig } from '../server/pki/kubeconfig.ts'
import { openPki, type Pki } from '../server/pki/pki.ts'
import { openTokenStore } from '../server/pki/token-store.ts'
import { createPodLogs, tunnelLogSource } from '../server/pod-logs.ts'
import { createServiceTokens } from '../server/service-tokens.ts'
import { createWebServer } from '../server/web-server.ts'
import { openEmbeddedStore, revisionFloorAt } from '../store/embedded/embedded-store.ts'
import { createStatusPage } from '../web/status-page.ts'
import type { DataDirectory } from './data-directory.ts'
import { openEncryptionKey } from './encryption-key.ts'
import { createEngineEndpoints } from './engine-endpoints.ts'
import { listenSomewhere } from './listen-somewhere.ts'
import { servedKinds } from './served-kinds.ts'
import type { Ranges } from './serving-options.ts'
import { chooseAddress, type ServingOptions } from './serving-options.ts'
import { VERSION } from './version.ts'

export const ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

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
  const stops: (() => Promise<unknown> | unknown)[] = []
  const stop = async () => {
    while (stops.length > 0) await stops.pop()?.()
  }
  try {
    return await start(options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { directory, serving, ranges, log }: ControlPlaneOptions,
  stops: (() => Promise<unknown> | unknown)[],
  stop: () => Promise<void>,
): Promise<ControlPlane> {
  const clock = systemClock
  const random = systemRandom
  const pki = await openPki({ directory: directory.pki(), clock, random })
  const git = await openRepository(directory, clock, log)
  stops.push(() => git.close())

  const registry = await openRegistry(directory, ranges, git, log, stops)
  const client = registry.running.client(ADMIN)
  const tokens = await openTokenStore({ path: directory.tokens(), clock, random })
  const codes = new PassStore({ clock, random, lifetimeMs: LOGIN_CODE_LIFETIME_MS })
  const tunnels = createNodeTunnels({ clock, log })
  stops.push(() => tunnels.close())
  const heartbeats = startNodeHeartbeats({ tunnels, client: identity => registry.running.client(identity), clock, log })
  stops.push(() => heartbeats.close())

  const kept = directory.readServerState()
  const clusterIp = parseIpv4Range(ranges.serviceCidr).at(0)
  // A plain user may not serve 443.
  const servicePort = ranges.serviceCidr.startsWith('127.') ? 6443 : 443
  // Before anybody can ask: an agent knows the cluster by its first objects.
  await ensureBootstrapObjects(client, { apiPort: kept?.apiPort ?? 6443, clusterIp, servicePort })
  const shared = { registry: registry.running, authorizer: registry.authorizer, tokens, clock, random, log }
  const extensions = [
    createPodLogs({ client, authorizer: registry.authorizer, logs: tunnelLogSource(tunnels), clock }),
    createServiceTokens({ tokens, codes }),
    createEngineEndpoints(registry.engine),
    tunnels,
  ]
  const api = await listenSomewhere(
    '--api-address',
    chooseAddress('--api-address', serving.apiAddress, kept?.apiPort, 6443),
    address =>
      createApiServer({
        ...shared,
        pki,
        address,
        names: { dns: [], ip: [clusterIp] },
        version: VERSION,
        metrics: createMetrics(),
        extensions,
      }),
  )
  const { host: apiHost, port: apiPort } = api.address
  await ensureBootstrapObjects(client, { apiPort, clusterIp, servicePort, apiHost })
  stops.push(() => api.listener.close())
  const gitHandler = createGitHttpHandler({ repositoryPath: git.path, command: git.command, clock, log })
  const page = createStatusPage({ client, clock })
  const http = await listenSomewhere(
    '--http-address',
    chooseAddress('--http-address', serving.httpAddress, kept?.httpPort, 7070),
    address => createWebServer({ ...shared, address, codes, git: gitHandler, page }),
  )
  stops.push(() => http.listener.close())

  directory.writeServerState({ ...kept, ...ranges, apiPort: api.address.port, httpPort: http.address.port })
  await writeKubeconfig(directory.kubeconfig(), {
    server: `https://${api.address.host}:${api.address.port}`,
    caCertificate: pki.caCertificate,
    user: ADMIN.user,
    credentials: await pki.adminCredentials(),
  })
  await startLoops({ directory, git, registry, pki, clock, log, stops })
  return {
    api: api.address,
    http: http.address,
    client,
    repository: git,
    engine: registry.engine,
    tunnels,
    pki,
    issuePageCode: () => codes.issue(ADMIN),
    stop,
  }
}

async function openRepository(directory: DataDirectory, clock: Clock, log: Logger): Promise<DiskGitRepository> {
  await installHooks({
    hooksPath: directory.hooks(),
    socketPath: directory.socket(),
    pushesLogPath: directory.pushesLog(),
  })
  return await openGitRepository({ path: directory.repository(), hooksPath: directory.hooks(), clock, log })
}

interface OpenRegistry {
  readonly running: RunningRegistry
  readonly authorizer: ReturnType<typeof createBuiltinAuthorizer>
  readonly engine: RunningSyncEngine
}

/** The stores, the registry over them, and the engine: each judges what the other writes. */
async function openRegistry(
  directory: DataDirectory,
  ranges: Ranges,
  git: DiskGitRepository,
  log: Logger,
  stops: (() => Promise<unknown> | unknown)[],
): Promise<OpenRegistry> {
  const clock = systemClock
  const random = systemRandom
  const revisionFloor = revisionFloorAt(clock.now())
  const store = await openEmbeddedStore({ directory: directory.store(), revisionFloor })
  stops.push(() => store.close())
  const eventStore = await openEmbeddedStore({
    directory: directory.eventStore(),
    revisionFloor,
    synchronous: 'NORMAL',
  })
  stops.push(() => eventStore.close())
  const authorizer = createBuiltinAuthorizer()
  const admission = createSyncAdmission()
  const key = openEncryptionKey(directory.pki(), random)
  const running = await createRegistry({
    store,
    eventStore,
    kinds: servedKinds(),
    clock,
    random,
    log,
    cipher: createSystemCipher(key),
    authorizer,
    admission: [admission.plugin],
    serviceCidr: ranges.serviceCidr,
  })
  stops.push(() => running.close())
  const secretKey = createHmac('sha256', key.key).update('masked values in plans').digest()
  const client = running.client(ADMIN)
  const pusherOf = (commit: string) => findPusher(directory.pushesLog(), git, commit, DESIRED_REF)
  const engine = createSyncEngine({ client, git, clock, random, log, admission, options: { secretKey, pusherOf } })
  return { running, authorizer, engine }
}

interface LoopParts {
  readonly directory: DataDirectory
  readonly git: DiskGitRepository
  readonly registry: OpenRegistry
  readonly pki: Pki
  readonly clock: Clock
  readonly log: Logger
  readonly stops: (() => Promise<unknown> | unknown)[]
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
