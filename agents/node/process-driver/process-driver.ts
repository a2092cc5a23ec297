import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../../../src/lib/clock.ts'
import { sumUsage } from '../../host/process-tree.ts'
import type {
  ContainerConfig,
  ContainerState,
  ContainerStats,
  ExecLimits,
  ExecResult,
  ImageReference,
  LogLine,
  LogOptions,
  RuntimeDriver,
  RuntimeInfo,
  Sandbox,
  SandboxConfig,
} from '../runtime-driver.ts'
import { CONTAINER_STILL_RUNS, RuntimeError } from '../runtime-driver.ts'
import { ContainerFiles, type ContainerRecord, newContainerRecord, removeTree } from './container-files.ts'
import { execInContainer } from './exec-in-container.ts'
import { listExtraLowers } from './extra-lowers.ts'
import type { Isolation, IsolationMode } from './isolation.ts'
import type { Launch, LaunchMount } from './launch-script.ts'
import { formatInitScript, formatSuperviseScript } from './launch-script.ts'
import { planRoot } from './plan-root.ts'
import { probeIsolation } from './probe-isolation.ts'
import { ProcessContainer } from './process-container.ts'
import { ProcessSandbox } from './process-sandbox.ts'

export interface ProcessDriverOptions {
  /** Absolute; made when missing, mode 0700. */
  readonly directory: string
  readonly clock: Clock
  /** What to use instead of the best that works. */
  readonly isolation?: IsolationMode | 'auto'
  /** Directories of this machine that containers must not see, e.g. the server's data. */
  readonly masks?: readonly string[]
  /** Where environments are kept, which may hold secrets; beside the rest when left out. */
  readonly secretDirectory?: string
}

/** Runs `command` from this machine's own file system. See `isolation.ts` for how, `../DESIGN.md` for the protocol. */
export class ProcessDriver implements RuntimeDriver {
  readonly name = 'process'
  readonly #options: ProcessDriverOptions
  readonly #sandboxes = new Map<string, ProcessSandbox>()
  readonly #containers = new Map<string, ProcessContainer>()
  readonly #listeners = new Set<(containerId: string) => void>()
  #isolation: Isolation | undefined

  constructor(options: ProcessDriverOptions) {
    this.#options = options
  }

  async start(): Promise<RuntimeInfo> {
    mkdirSync(this.#sandboxesDirectory, { recursive: true, mode: 0o700 })
    const isolation = await probeIsolation(this.#options.directory, this.#options.isolation ?? 'auto')
    this.#isolation = isolation
    for (const uid of readdirSync(this.#sandboxesDirectory)) await this.#adoptOrRemove(uid)
    await this.#removeLeftSecrets()
    return {
      version: 'process://1.0',
      description: `${isolation.description}; ${LIMITS}`,
      mountsVolumes: isolation.mode !== 'plain',
      networkNamespaces: isolation.podNetwork,
      images: false,
    }
  }

  async close(): Promise<void> {
    for (const container of this.#containers.values()) container.close()
    this.#containers.clear()
    this.#sandboxes.clear()
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    const known = this.#sandboxes.get(config.uid)
    if (known?.describe().ready) return known.describe()
    if (known !== undefined) await this.removeSandbox(config.uid)
    const directory = join(this.#sandboxesDirectory, config.uid)
    const sandbox = await ProcessSandbox.create(directory, config, this.#ready(), this.#options.clock.now())
    this.#sandboxes.set(config.uid, sandbox)
    return sandbox.describe()
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId)
    if (sandbox === undefined) return
    const containers = [...this.#containers.values()].filter(each => each.record.sandboxId === sandboxId)
    await Promise.all(containers.map(each => this.removeContainer(each.record.id)))
    await removeTree(join(this.#secretsDirectory, sandboxId))
    await sandbox.remove()
    this.#sandboxes.delete(sandboxId)
  }

  async listSandboxes(): Promise<readonly Sandbox[]> {
    return [...this.#sandboxes.values()].map(each => each.describe())
  }

  /** Replaces the pod's /etc/hosts, seen by running containers at once. */
  async updateHostsFile(sandboxId: string, content: string): Promise<void> {
    this.#sandboxes.get(sandboxId)?.updateHostsFile(content)
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const sandbox = this.#sandboxOf(sandboxId)
    const id = `${sandboxId}.${config.name}.${config.attempt}`
    if (this.#containers.has(id)) return id
    for (const other of this.#containers.values()) {
      if (
        other.record.sandboxId === sandboxId &&
        other.record.name === config.name &&
        other.state().state === 'running'
      )
        throw new RuntimeError(CONTAINER_STILL_RUNS, `${other.record.id} still runs`)
    }
    const record = this.#recordOf(id, sandboxId, config, sandbox)
    const files = this.#filesOf(sandbox, `${config.name}.${config.attempt}`)
    await files.remove()
    this.#writeFiles(files, record, config, sandbox)
    this.#containers.set(id, this.#watch(record, files))
    return id
  }

  async startContainer(containerId: string): Promise<void> {
    await this.#containerOf(containerId).start()
  }

  async stopContainer(containerId: string, graceMs: number): Promise<void> {
    await this.#containers.get(containerId)?.stop(graceMs)
  }

  async removeContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId)
    if (container === undefined) return
    await container.stop(0)
    container.close()
    await container.files.remove()
    this.#containers.delete(containerId)
  }

  async listContainers(): Promise<readonly ContainerState[]> {
    return [...this.#containers.values()].map(each => each.state())
  }

  onChange(listener: (containerId: string) => void): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => this.#listeners.delete(listener) }
  }

  exec(containerId: string, command: readonly string[], limits: ExecLimits): Promise<ExecResult> {
    return execInContainer(this.#containerOf(containerId), this.#ready(), command, limits)
  }

  logs(containerId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const container = this.#containerOf(containerId)
    const { state } = container.state()
    container.log.refresh(this.#options.clock.now(), state === 'exited')
    return container.log.lines(options, signal)
  }

  async stats(containerId: string): Promise<ContainerStats | undefined> {
    const container = this.#containers.get(containerId)
    if (container?.state().state !== 'running') return undefined
    return sumUsage(container.pids())
  }

  async ensureImage(image: string): Promise<ImageReference> {
    return { id: image }
  }

  get #sandboxesDirectory(): string {
    return join(this.#options.directory, 'sandboxes')
  }

  get #secretsDirectory(): string {
    return this.#options.secretDirectory ?? join(this.#options.directory, 'secrets')
  }

  #filesOf(sandbox: ProcessSandbox, name: string): ContainerFiles {
    const { uid } = sandbox.record
    return new ContainerFiles(join(sandbox.containersDirectory, name), join(this.#secretsDirectory, uid, name))
  }

  async #removeLeftSecrets(): Promise<void> {
    if (!existsSync(this.#secretsDirectory)) return
    for (const uid of readdirSync(this.#secretsDirectory)) {
      if (!this.#sandboxes.has(uid)) await removeTree(join(this.#secretsDirectory, uid))
    }
  }

  #ready(): Isolation {
    if (this.#isolation === undefined) throw new Error('the process driver was not started')
    return this.#isolation
  }

  /** What was being made, or being removed, when an agent died has no record: it goes. */
  async #adoptOrRemove(uid: string): Promise<void> {
    const directory = join(this.#sandboxesDirectory, uid)
    const sandbox = ProcessSandbox.open(directory)
    if (sandbox === undefined) await ProcessSandbox.removeDirectory(directory, uid)
    else this.#adopt(sandbox)
  }

  #adopt(sandbox: ProcessSandbox): void {
    this.#sandboxes.set(sandbox.record.uid, sandbox)
    for (const name of readdirSync(sandbox.containersDirectory)) {
      const files = this.#filesOf(sandbox, name)
      const record = files.readJson<ContainerRecord>('container.json')
      if (record !== undefined) this.#containers.set(record.id, this.#watch(record, files))
    }
  }

  #watch(record: ContainerRecord, files: ContainerFiles): ProcessContainer {
    return new ProcessContainer(record, files, this.#options.clock, id => {
      for (const listener of [...this.#listeners]) listener(id)
    })
  }

  #sandboxOf(id: string): ProcessSandbox {
    const sandbox = this.#sandboxes.get(id)
    if (sandbox === undefined) throw new RuntimeError('CreateContainerError', `sandbox ${id} is gone`)
    return sandbox
  }

  #containerOf(id: string): ProcessContainer {
    const container = this.#containers.get(id)
    if (container === undefined) throw new RuntimeError('ContainerNotFound', `container ${id} is gone`)
    return container
  }

  #recordOf(id: string, sandboxId: string, config: ContainerConfig, sandbox: ProcessSandbox): ContainerRecord {
    return newContainerRecord({
      id,
      sandboxId,
      name: config.name,
      attempt: config.attempt,
      image: config.image,
      createdAtMs: this.#options.clock.now(),
      mode: this.#ready().mode,
      hasPodNetwork: sandbox.record.hasNetwork,
      user: config.user,
      group: config.group,
      supplementalGroups: config.supplementalGroups,
      privileged: config.privileged,
      workingDir: config.workingDir ?? '/',
      cgroups: [],
    })
  }

  /** Everything is written below a temporary name; the record makes it count. */
  #writeFiles(files: ContainerFiles, record: ContainerRecord, config: ContainerConfig, sandbox: ProcessSandbox): void {
    const launch = this.#launchOf(files, config, sandbox)
    files.make()
    files.write('supervise.sh', formatSuperviseScript(launch), 0o700)
    files.write('init.sh', formatInitScript(launch))
    files.write('environment.json', JSON.stringify(launch.env))
    files.write('termination-log', '', 0o666)
    files.write('container.json', JSON.stringify(record))
  }

  #launchOf(files: ContainerFiles, config: ContainerConfig, sandbox: ProcessSandbox): Launch {
    const isolation = this.#ready()
    const command = [...config.command, ...config.args]
    if (config.command.length === 0) throw new RuntimeError('CreateContainerError', NO_IMAGES)
    if (isolation.mode === 'plain') refuseWhatNeedsRoot(config)
    const mounts = isolation.mode === 'plain' ? [] : mountsOf(files, config, sandbox)
    return {
      directory: files.directory,
      initScript: files.path('init.sh'),
      isolation,
      hostname: sandbox.record.hostname,
      networkNamespaceFile: sandbox.networkFile,
      plantRoot: isolation.mode === 'user-namespace' ? planRoot(mounts.filter(isNeeded).map(each => each.target)) : [],
      extraLowers: isolation.mode === 'overlay' ? listExtraLowers(this.#options.masks ?? []) : [],
      masks: this.#options.masks ?? [],
      mounts,
      env: [...this.#defaultEnvironment(sandbox), ...config.env],
      workingDir: config.workingDir ?? '/',
      command,
      user: config.user,
      group: config.group,
      supplementalGroups: config.supplementalGroups,
      privileged: config.privileged,
      readOnlyRoot: config.readOnlyRootFilesystem,
      cgroupProcsFiles: [],
    }
  }

  /** Pods find our own Node first: `command: [node, ...]` runs on a machine without any. */
  #defaultEnvironment(sandbox: ProcessSandbox) {
    const path = [dirname(process.execPath), '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':')
    return [
      { name: 'PATH', value: path },
      { name: 'HOME', value: this.#ready().mode === 'overlay' ? '/root' : '/' },
      { name: 'HOSTNAME', value: sandbox.record.hostname },
    ]
  }
}

const LIMITS = 'cpu and memory limits are not enforced (it sets up no control groups)'
const NO_IMAGES = 'this node has no images: set command'

function isNeeded(mount: LaunchMount): boolean {
  return !mount.optional
}

function refuseWhatNeedsRoot(config: ContainerConfig): void {
  const [mount] = config.mounts
  const ownUser = process.getuid?.() ?? 0
  if (mount !== undefined) {
    throw new RuntimeError(
      'CreateContainerError',
      `this node cannot mount anything (its agent has neither root nor user namespaces), and container ${config.name} needs mountPath ${mount.containerPath}`,
    )
  }
  if (ownUser !== 0 && config.user !== undefined && config.user !== ownUser) {
    throw new RuntimeError(
      'CreateContainerError',
      `container ${config.name} asks for user ${config.user}, but the agent runs without root as user ${ownUser}`,
    )
  }
}

function mountsOf(files: ContainerFiles, config: ContainerConfig, sandbox: ProcessSandbox): LaunchMount[] {
  const own = config.mounts.map(mount => ({
    source: mount.hostPath,
    target: mount.containerPath,
    isDirectory: isDirectory(mount.hostPath, mount.containerPath),
    readOnly: mount.readOnly,
    propagation: mount.propagation,
    optional: false,
  }))
  const file = { isDirectory: false, readOnly: false, propagation: 'None', optional: true } as const
  const bound = sandbox.boundFiles().map(each => ({ ...each, ...file }))
  const message = { source: files.path('termination-log'), target: config.terminationMessagePath, ...file }
  // Parents before what lies below them, whatever the order in the pod.
  return [...bound, message, ...own.sort((a, b) => a.target.split('/').length - b.target.split('/').length)]
}

function isDirectory(hostPath: string, mountPath: string): boolean {
  const stat = statSync(hostPath, { throwIfNoEntry: false })
  if (stat === undefined) {
    throw new RuntimeError('CreateContainerError', `mountPath ${mountPath}: ${hostPath} does not exist on this node`)
  }
  return stat.isDirectory()
}
