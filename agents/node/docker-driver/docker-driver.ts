import { createHash } from 'node:crypto'
import type Docker from 'dockerode'
import type { ContainerInspectInfo } from 'dockerode'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import { connectPod, disconnectPod, linkNameOf } from '../../host/pod-link.ts'
import { tryCommand } from '../../host/run-command.ts'
import type {
  ContainerConfig,
  ContainerState,
  ContainerStats,
  ExecLimits,
  ExecResult,
  ImageReference,
  LogLine,
  LogOptions,
  RegistryCredentials,
  RuntimeDriver,
  RuntimeInfo,
  Sandbox,
  SandboxConfig,
} from '../runtime-driver.ts'
import { CONTAINER_STILL_RUNS, RuntimeError } from '../runtime-driver.ts'
import { containerLogs } from './container-logs.ts'
import { containerOptions, pauseName, pauseOptions } from './container-options.ts'
import { containerState } from './container-state.ts'
import { containerStats } from './container-stats.ts'
import { ContainerTable } from './container-table.ts'
import {
  asRuntimeError,
  connectEngine,
  engineMessage,
  ignoring,
  isConflict,
  isNotFound,
  isUnchanged,
} from './engine.ts'
import { execInContainer } from './exec-in-container.ts'
import { ImagePuller } from './image-puller.ts'
import { LABELS } from './labels.ts'
import { ensurePauseImage } from './pause-image.ts'
import { SandboxDirectory } from './sandbox-directory.ts'

export interface DockerDriverOptions {
  readonly socketPath: string
  /** Where pods' files are kept; also tells this agent's containers from another's on the same engine. */
  readonly directory: string
  readonly clock: Clock
  readonly log: Logger
  /** It was away, and may have forgotten what the machine's packet filter was told. */
  readonly onEngineBack?: () => void
}

const TERMINATION_BYTES_MAX = 4096
const STOP_SECONDS_MIN = 1

/**
 * Pods on a Docker engine. A pod is a pause container that holds its namespaces, made without any of the engine's
 * networking and wired by the agent, and containers that join it. What is known of them stands in their labels, and in a
 * directory of the pod; so an agent finds everything again.
 */
export class DockerDriver implements RuntimeDriver {
  readonly name = 'docker'
  readonly #engine: Docker
  readonly #options: DockerDriverOptions
  readonly #agent: string
  readonly #table: ContainerTable
  readonly #puller: ImagePuller
  #isWired = false
  #groupsBy = 'cgroupfs'

  constructor(options: DockerDriverOptions) {
    this.#options = options
    this.#engine = connectEngine(options.socketPath)
    this.#agent = createHash('sha256').update(options.directory).digest('hex').slice(0, 12)
    this.#table = new ContainerTable({ ...options, engine: this.#engine, agent: this.#agent })
    this.#puller = new ImagePuller(this.#engine, options.clock)
  }

  async start(): Promise<RuntimeInfo> {
    const { socketPath } = this.#options
    const remedy = `no Docker engine answers at ${socketPath}; start it, or use --runtime process`
    const version = await this.#engine.version().catch(error => {
      throw new RuntimeError('RuntimeNotReady', `${remedy} (${engineMessage(error)})`)
    })
    const { CgroupDriver } = (await this.#engine.info()) as { CgroupDriver: string }
    this.#groupsBy = CgroupDriver
    this.#isWired = await canWire()
    await ensurePauseImage(this.#engine)
    await this.#table.open()
    const network = this.#isWired
      ? 'each pod has a network namespace with a routed address of its own'
      : "pods are on the engine's bridge network: for routed addresses of their own the agent needs root and the command ip"
    return {
      version: `docker://${version.Version}`,
      description: `docker: containers of the engine at ${socketPath}; ${network}`,
      mountsVolumes: true,
      networkNamespaces: true,
      images: true,
    }
  }

  async close(): Promise<void> {
    this.#table.close()
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    return await asRuntimeError('FailedCreatePodSandBox', async () => {
      // Asked of the engine itself: what is known here may be old, and a second network would cut off the first.
      const known = await this.#table.inspect(pauseName(config.uid))
      if (known?.State.Running) return this.#sandboxOf(known)
      if (known !== undefined) await this.removeSandbox(config.uid)
      this.#directoryOf(config.uid).write(config)
      const network = config.hostNetwork ? 'host' : this.#isWired && config.ip !== undefined ? 'none' : 'bridge'
      const id = await this.#create(
        pauseOptions(config, {
          agent: this.#agent,
          network,
          cgroupParent: this.#cgroupParent(config.uid, config.qosClass),
        }),
      )
      await ignoring(isUnchanged, () => this.#engine.getContainer(id).start())
      const pause = (await this.#table.inspect(id))!
      if (network === 'none') {
        await disconnectPod(linkNameOf(config.uid))
        await connectPod(`/proc/${pause.State.Pid}/ns/net`, linkNameOf(config.uid), config.ip!)
      }
      return { ...this.#sandboxOf(pause), ip: config.hostNetwork ? undefined : (bridgeAddress(pause) ?? config.ip) }
    })
  }

  async removeSandbox(uid: string): Promise<void> {
    const ofPod = this.#table.all().filter(each => each.Config.Labels[LABELS.podUid] === uid)
    const containers = ofPod.filter(each => each.Config.Labels[LABELS.container] !== undefined)
    await Promise.all(containers.map(each => this.#remove(each.Id)))
    await Promise.all(ofPod.filter(each => !containers.includes(each)).map(each => this.#remove(each.Id)))
    await disconnectPod(linkNameOf(uid))
    this.#directoryOf(uid).remove()
  }

  async listSandboxes(): Promise<readonly Sandbox[]> {
    return this.#table
      .all()
      .filter(each => each.Config.Labels[LABELS.container] === undefined)
      .map(each => this.#sandboxOf(each))
      .filter(each => each.manifest !== '')
  }

  /** Replaces the pod's /etc/hosts, seen by running containers at once. */
  async updateHostsFile(uid: string, content: string): Promise<void> {
    this.#directoryOf(uid).updateHosts(content)
  }

  async createContainer(uid: string, config: ContainerConfig): Promise<string> {
    return await asRuntimeError('CreateContainerError', async () => {
      const pause = this.#pauseOf(uid)
      if (pause === undefined) throw new RuntimeError('CreateContainerError', `sandbox ${uid} is gone`)
      await this.#refuseSecond(uid, config)
      const directory = this.#directoryOf(uid)
      const { id: imageId } = await this.#puller.ensure(config.image, 'Never', [])
      const host = pause.HostConfig
      return await this.#create(
        containerOptions(
          config,
          {
            agent: this.#agent,
            podUid: uid,
            podNamespace: pause.Config.Labels[LABELS.podNamespace] ?? '',
            podName: pause.Config.Labels[LABELS.podName] ?? '',
            pauseId: pause.Id,
            files: [
              ...directory.boundFiles(),
              directory.terminationFile(config.name, config.attempt, config.terminationMessagePath),
            ],
            cgroupParent: host.CgroupParent || undefined,
            sharesProcesses: pause.Config.Labels[LABELS.sharesProcesses] === 'true',
          },
          imageId,
        ),
      )
    })
  }

  async startContainer(id: string): Promise<void> {
    try {
      await ignoring(isUnchanged, () => this.#engine.getContainer(id).start())
    } catch (error) {
      await this.#table.inspect(id)
      throw new RuntimeError('RunContainerError', engineMessage(error), { cause: error })
    }
    await this.#table.inspect(id)
  }

  async stopContainer(id: string, graceMs: number): Promise<void> {
    const container = this.#engine.getContainer(id)
    const isHarmless = (error: unknown) => isNotFound(error) || isUnchanged(error) || isConflict(error)
    if (graceMs <= 0) await ignoring(isHarmless, () => container.kill())
    else await ignoring(isHarmless, () => container.stop({ t: Math.max(STOP_SECONDS_MIN, Math.ceil(graceMs / 1000)) }))
    await ignoring(isNotFound, () => container.wait())
    await this.#table.inspect(id)
  }

  async removeContainer(id: string): Promise<void> {
    await this.#remove(id)
  }

  async listContainers(): Promise<readonly ContainerState[]> {
    return this.#table
      .all()
      .filter(each => each.Config.Labels[LABELS.container] !== undefined)
      .map(each => this.#describe(each))
  }

  onChange(listener: (containerId: string, podUid?: string) => void): { close(): void } {
    return this.#table.onChange(listener)
  }

  async exec(id: string, command: readonly string[], limits: ExecLimits): Promise<ExecResult> {
    return await asRuntimeError('ExecError', () =>
      execInContainer(this.#engine, this.#options.clock, id, command, limits),
    )
  }

  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    return containerLogs(this.#engine, id, options, signal)
  }

  async stats(id: string): Promise<ContainerStats | undefined> {
    const pid = this.#table.get(id)?.State.Pid ?? 0
    return pid > 0 ? containerStats(pid) : undefined
  }

  async ensureImage(
    image: string,
    policy: 'Always' | 'IfNotPresent' | 'Never',
    credentials: readonly RegistryCredentials[] = [],
  ): Promise<ImageReference> {
    return await this.#puller.ensure(image, policy, credentials)
  }

  /** By name, so that one made by an agent that died before it noted that is found. */
  async #create(options: Docker.ContainerCreateOptions & { name: string }): Promise<string> {
    try {
      const { id } = await this.#engine.createContainer(options)
      await this.#table.inspect(id)
      return id
    } catch (error) {
      if (!isConflict(error)) throw error
      const found = await this.#table.inspect(options.name)
      if (found === undefined) throw error
      return found.Id
    }
  }

  /** Asked of the engine itself: what is known here may be old. */
  async #refuseSecond(uid: string, { name, attempt }: ContainerConfig): Promise<void> {
    if (attempt === 0) return
    await this.#table.relist()
    for (const each of this.#table.all()) {
      const labels = each.Config.Labels
      if (labels[LABELS.podUid] === uid && labels[LABELS.container] === name && each.State.Running)
        throw new RuntimeError(CONTAINER_STILL_RUNS, `${each.Name} still runs`)
    }
  }

  async #remove(id: string): Promise<void> {
    await ignoring(
      error => isNotFound(error) || isConflict(error),
      () => this.#engine.getContainer(id).remove({ force: true, v: true }),
    )
    this.#table.forget(id)
  }

  #pauseOf(uid: string): ContainerInspectInfo | undefined {
    return this.#table
      .all()
      .find(({ Config }) => Config.Labels[LABELS.podUid] === uid && Config.Labels[LABELS.container] === undefined)
  }

  #sandboxOf(pause: ContainerInspectInfo): Sandbox {
    const labels = pause.Config.Labels
    const uid = labels[LABELS.podUid] ?? ''
    return {
      id: uid,
      uid,
      namespace: labels[LABELS.podNamespace] ?? '',
      name: labels[LABELS.podName] ?? '',
      ip: bridgeAddress(pause) ?? pause.Config.Labels[LABELS.address],
      manifest: this.#directoryOf(uid).readManifest() ?? '',
      ready: pause.State.Running,
      createdAtMs: Date.parse(pause.Created),
    }
  }

  #describe(container: ContainerInspectInfo): ContainerState {
    const labels = container.Config.Labels
    const directory = this.#directoryOf(labels[LABELS.podUid] ?? '')
    const attempt = Number(labels[LABELS.attempt] ?? 0)
    const said = container.State.Running
      ? undefined
      : directory.readTermination(labels[LABELS.container] ?? '', attempt, TERMINATION_BYTES_MAX)
    return containerState(container, said)
  }

  #directoryOf(uid: string): SandboxDirectory {
    return new SandboxDirectory(this.#options.directory, uid)
  }

  /** Where the engine keeps groups as plain paths, a pod's have one of their own. */
  #cgroupParent(uid: string, qosClass: SandboxConfig['qosClass']): string | undefined {
    if (this.#groupsBy !== 'cgroupfs') return undefined
    const tier = qosClass === undefined || qosClass === 'Guaranteed' ? '' : `/${qosClass.toLowerCase()}`
    return `/kubepods${tier}/pod${uid}`
  }
}

function bridgeAddress({ NetworkSettings }: ContainerInspectInfo): string | undefined {
  return NetworkSettings?.Networks?.['bridge']?.IPAddress || undefined
}

async function canWire(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  const result = await tryCommand(['ip', '-V']).catch(() => undefined)
  return result?.exitCode === 0
}
