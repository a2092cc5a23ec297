import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { KindRegistry } from '../src/api/kind-registry.ts'
import { builtinKinds } from '../src/api/kinds/builtin-kinds.ts'
import type { Client } from '../src/client/client.ts'
import { createEventRecorder } from '../src/client/event-recorder.ts'
import type { HttpClient } from '../src/client/http-client.ts'
import { createHttpClient } from '../src/client/http-client.ts'
import { loadKubeconfig } from '../src/client/kubeconfig.ts'
import { startNodeTunnelClient } from '../src/client/node-tunnel-client.ts'
import type { Clock } from '../src/lib/clock.ts'
import type { Logger } from '../src/lib/log.ts'
import type { Random } from '../src/lib/random.ts'
import { dnsAddressOf } from '../src/registry/ipv4-range.ts'
import { agentPaths, restoreMachine } from './agent-directory.ts'
import { chooseRuntime, type Runtime } from './choose-runtime.ts'
import { lockAgentDirectory } from './host/agent-lock.ts'
import { createEngineForwarding } from './host/engine-forwarding.ts'
import { openMemoryDirectory } from './host/memory-directory.ts'
import { openFilesMax } from './host/open-files.ts'
import { createPodEgress } from './host/pod-egress.ts'
import { nameServersOf, readPodResolvConf, readResolvConf } from './host/pod-resolv-conf.ts'
import { engineSocket } from './node/docker-driver/engine-socket.ts'
import { FakeDriver, FakeMachine } from './node/fake-driver.ts'
import { FakeMachineFacts } from './node/machine/fake-machine-facts.ts'
import { LeaseHeartbeat } from './node/machine/lease-heartbeat.ts'
import { SystemAgentNotes } from './node/machine/system-agent-notes.ts'
import { SystemMachineFacts } from './node/machine/system-machine-facts.ts'
import { NodeAgent, type NodeAgentOptions } from './node/node-agent.ts'
import { podLogs } from './node/pod-logs.ts'
import { FakeProber } from './node/probes/fake-prober.ts'
import { SystemProber } from './node/probes/system-prober.ts'
import type { IsolationMode } from './node/process-driver/isolation.ts'
import { ProcessDriver } from './node/process-driver/process-driver.ts'
import { MemoryPodFiles } from './node/volumes/memory-pod-files.ts'
import { SystemPodFiles } from './node/volumes/system-pod-files.ts'
import { DnsServer } from './proxy/dns/dns-server.ts'
import { alreadyLocal, loopbackAddresses } from './proxy/local-addresses.ts'
import { ServiceProxy } from './proxy/service-proxy.ts'

export interface AgentOptions {
  /** Of the identity `system:node:<nodeName>`: a file, or (in tests) a Client to use as it is. */
  readonly kubeconfig: string | Client
  /** The agent's own; made when missing. One agent per directory. */
  readonly dataDirectory: string
  readonly nodeName: string
  readonly runtime: 'auto' | Runtime
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** `v1.36.0+pintle`. */
  readonly version: string
  readonly podCidr?: string
  /** Decides whether cluster addresses have to be put on `lo`: not those of 127.0.0.0/8. */
  readonly serviceCidr?: string
  /** How the process driver separates containers; the best that works when left out. */
  readonly isolation?: IsolationMode | 'auto'
  /** Directories that pods must not see, e.g. the server's data. */
  readonly masks?: readonly string[]
  /** False: another agent of this machine serves the Services. */
  readonly proxy?: boolean
}

export interface RunningAgent {
  /** `keepContainers`: they go on, to be adopted by the next agent on this directory. */
  stop(keepContainers: boolean): Promise<void>
}

/**
 * Runs a node: its pods, and the Services as seen from it. Resolves once the runtime works and what runs is adopted; a
 * server that is away is waited for, for ever. Throws AgentAlreadyRuns, or an error with a remedy.
 */
export async function runAgent(options: AgentOptions): Promise<RunningAgent> {
  const directory = resolve(options.dataDirectory)
  const lock = lockAgentDirectory(directory)
  try {
    const { client, close } = await openClient(options)
    const agent = new NodeAgent(await nodeOptions(options, client, directory))
    await agent.start()
    const proxy = options.proxy === false ? undefined : await startProxy(options, client, agent, directory)
    const tunnel = startTunnel(options, client, agent, () => proxy?.serverChanged())
    return {
      async stop(keepContainers) {
        await proxy?.stop()
        await agent.stop(keepContainers)
        await restoreMachine(directory)
        tunnel?.close()
        close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openClient({ kubeconfig, clock, random }: AgentOptions): Promise<{ client: Client; close: () => void }> {
  if (typeof kubeconfig !== 'string') return { client: kubeconfig, close: () => {} }
  const access = await loadKubeconfig(kubeconfig)
  const client = createHttpClient({
    access,
    kinds: new KindRegistry(builtinKinds),
    clock,
    random,
    userAgent: 'pintle-agent',
  })
  return { client, close: () => client.close() }
}

async function nodeOptions(options: AgentOptions, client: Client, directory: string): Promise<NodeAgentOptions> {
  const { nodeName, clock, random, log, version, podCidr } = options
  const shared = {
    client,
    clock,
    random,
    log,
    nodeName,
    version,
    notes: new SystemAgentNotes(agentPaths(directory).notes),
    heartbeat: new LeaseHeartbeat({ client, clock, log, nodeName }),
    ...(podCidr !== undefined && { podCidr }),
  }
  const runtime = await chooseRuntime(options.runtime, directory)
  if (runtime === 'process') return { ...shared, ...(await processParts(options, directory)) }
  if (runtime === 'docker') return { ...shared, ...(await dockerParts(options, directory)) }
  const driver = new FakeDriver(new FakeMachine(clock), clock)
  const machine = new FakeMachineFacts(nodeName, '127.0.0.1')
  return { ...shared, driver, machine, files: new MemoryPodFiles(), prober: new FakeProber(driver) }
}

async function processParts(options: AgentOptions, directory: string) {
  const { clock, isolation, masks } = options
  const paths = agentPaths(directory)
  const isSecretInMemory = await openMemoryDirectory(paths.secrets)
  mkdirSync(paths.volumes, { recursive: true, mode: 0o700 })
  const driver = new ProcessDriver({
    directory: paths.process,
    clock,
    isolation: isolation ?? 'auto',
    masks: [directory, ...(masks ?? [])],
    secretDirectory: paths.secretEnvironments,
  })
  return {
    driver,
    machine: new SystemMachineFacts(directory),
    files: new SystemPodFiles(paths.volumes, paths.secretVolumes),
    prober: new SystemProber(driver),
    egress: createPodEgress(paths.egress),
    nameServers: { cluster: clusterDns(options), machine: readPodResolvConf() },
    remarks: [isSecretInMemory ? SECRETS_IN_MEMORY : SECRETS_ON_DISK],
  }
}

/** Loaded only where it is used: the engine's client library is large. */
async function dockerParts(options: AgentOptions, directory: string) {
  const { clock, log } = options
  const { DockerDriver } = await import('./node/docker-driver/docker-driver.ts')
  const paths = agentPaths(directory)
  const isSecretInMemory = await openMemoryDirectory(paths.secrets)
  for (const path of [paths.volumes, paths.docker]) mkdirSync(path, { recursive: true, mode: 0o711 })
  const forwarding = createEngineForwarding(paths.engineForwarding)
  const egress = createPodEgress(paths.egress)
  let pods: string | undefined
  const allow = async () => {
    if (pods !== undefined) await forwarding.allow(pods)
  }
  const driver = new DockerDriver({
    socketPath: engineSocket(),
    directory: paths.docker,
    clock,
    log,
    onEngineBack: () => void allow(),
  })
  return {
    driver,
    machine: new SystemMachineFacts(directory),
    files: new SystemPodFiles(paths.volumes, paths.secretVolumes),
    prober: new SystemProber(driver),
    egress: {
      async open(cidr: string) {
        pods = cidr
        await allow()
        return await egress.open(cidr)
      },
    },
    // Containers of an engine without its own networking have an empty file.
    nameServers: { cluster: clusterDns(options), machine: readPodResolvConf() || readResolvConf() },
    remarks: [isSecretInMemory ? SECRETS_IN_MEMORY : SECRETS_ON_DISK],
  }
}

/** The address of the cluster's name server, where pods can reach it and this agent may serve it. */
function clusterDns({ serviceCidr = SERVICE_CIDR, proxy }: AgentOptions): string | undefined {
  return proxy === false || serviceCidr.startsWith('127.') ? undefined : dnsAddressOf(serviceCidr)
}

const SERVICE_CIDR = '10.96.0.0/16'
const DNS_SERVICE = 'kube-system/kube-dns'

const SECRETS_IN_MEMORY = 'Secrets of running pods are kept in memory'
const SECRETS_ON_DISK = "Secrets of running pods lie on the disk, for the agent's user alone"

/** Logs are served over the connection to the server; an in-process client has none. */
function startTunnel(
  options: AgentOptions,
  client: Client,
  agent: NodeAgent,
  onConnected: () => void,
): { close(): void } | undefined {
  if (!('connection' in client)) return undefined
  const { connection } = client as HttpClient
  return startNodeTunnelClient({
    ...options,
    connection,
    onConnected: () => {
      agent.serverChanged()
      onConnected()
    },
    handlers: { logs: (parameters, signal) => podLogs(agent.driver, parameters, signal) },
  })
}

const CONNECTIONS_MIN = 100
const CONNECTIONS_MAX = 10_000
const OWN_FILES = 256

async function startProxy(
  options: AgentOptions,
  client: Client,
  agent: NodeAgent,
  directory: string,
): Promise<RunningServices> {
  const { nodeName, serviceCidr = SERVICE_CIDR } = options
  const isLocal = serviceCidr.startsWith('127.')
  const recorder = createEventRecorder({ ...options, client, component: 'service-proxy', host: nodeName })
  const dns =
    clusterDns(options) === undefined
      ? undefined
      : new DnsServer({ ...options, client, upstream: nameServersOf(readResolvConf()) })
  const listening = await dns?.start()
  const proxy = new ServiceProxy({
    ...options,
    client,
    ...(listening !== undefined && { local: new Map([[DNS_SERVICE, localEndpoints(listening)]]) }),
    addresses: isLocal ? alreadyLocal : loopbackAddresses(agentPaths(directory).serviceAddresses),
    // Each connection takes two open files; the agent needs some of its own.
    connectionsMax: Math.max(CONNECTIONS_MIN, Math.min(CONNECTIONS_MAX, Math.floor(openFilesMax() / 2) - OWN_FILES)),
    nodePortAddresses: [...new Set(['127.0.0.1', agent.address])],
    recordEvent: recorder.record,
  })
  await proxy.start()
  return {
    serverChanged() {
      proxy.serverChanged()
      dns?.serverChanged()
    },
    async stop() {
      await proxy.stop()
      await dns?.stop()
    },
  }
}

interface RunningServices {
  serverChanged(): void
  stop(): Promise<void>
}

function localEndpoints({ tcpPort, udpPort }: { readonly tcpPort: number; readonly udpPort: number }) {
  const address = '127.0.0.1'
  return { tcp: { address, port: tcpPort }, udp: { address, port: udpPort } }
}
