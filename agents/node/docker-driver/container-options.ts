import type { ContainerCreateOptions } from 'dockerode'
import type { ContainerConfig, Mount, SandboxConfig } from '../runtime-driver.ts'
import { LABELS } from './labels.ts'
import { PAUSE_IMAGE } from './pause-image.ts'

/** What the engine is told, from what the agent asks for. Pure. */

/** Of one file; three are kept. */
const LOG_FILE_SIZE = '10m'
const LOG_FILES = '3'
const CPU_PERIOD_US = 100_000
/** The kernel's least. */
const CPU_SHARES_MIN = 2
const CPU_QUOTA_US_MIN = 1_000

export interface ContainerPlace {
  readonly agent: string
  readonly podUid: string
  readonly podNamespace: string
  readonly podName: string
  /** The pod's pause container. */
  readonly pauseId: string
  /** Bound over the image's own. */
  readonly files: readonly Mount[]
  readonly cgroupParent: string | undefined
  readonly sharesProcesses: boolean
}

export function pauseName(uid: string): string {
  return `pintle_${uid}`
}

/** `network`: none (to be wired), the engine's bridge, or the machine's. */
export function pauseOptions(
  config: SandboxConfig,
  place: {
    readonly agent: string
    readonly network: 'none' | 'bridge' | 'host'
    readonly cgroupParent: string | undefined
  },
): ContainerCreateOptions & { name: string } {
  const { uid, namespace, name } = config
  return {
    name: pauseName(uid),
    Image: PAUSE_IMAGE,
    ...(place.network !== 'host' && { Hostname: config.hostname }),
    // Half the time of a start: the engine sets up no network, the container still has a namespace of its own.
    ...(place.network === 'none' && { NetworkDisabled: true }),
    Labels: {
      [LABELS.agent]: place.agent,
      [LABELS.podUid]: uid,
      [LABELS.podNamespace]: namespace,
      [LABELS.podName]: name,
      ...(config.shareProcessNamespace && { [LABELS.sharesProcesses]: 'true' }),
      ...(place.network === 'none' && config.ip !== undefined && { [LABELS.address]: config.ip }),
    },
    HostConfig: {
      NetworkMode: place.network,
      IpcMode: config.hostIpc ? 'host' : 'shareable',
      ...(config.hostPid && { PidMode: 'host' }),
      ...(place.cgroupParent !== undefined && { CgroupParent: place.cgroupParent }),
      ...(config.sysctls !== undefined && place.network !== 'host' && { Sysctls: { ...config.sysctls } }),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

export function containerOptions(
  config: ContainerConfig,
  place: ContainerPlace,
  imageId: string,
): ContainerCreateOptions & { name: string } {
  const user = userOf(config)
  return {
    name: `pintle_${place.podUid}_${config.name}_${config.attempt}`,
    Image: imageId,
    ...(config.command.length > 0 && { Entrypoint: [...config.command] }),
    ...((config.command.length > 0 || config.args.length > 0) && { Cmd: [...config.args] }),
    Env: config.env.map(({ name, value }) => `${name}=${value}`),
    ...(config.workingDir !== undefined && { WorkingDir: config.workingDir }),
    ...(user !== undefined && { User: user }),
    OpenStdin: config.stdin,
    Tty: config.tty,
    Labels: {
      [LABELS.agent]: place.agent,
      [LABELS.podUid]: place.podUid,
      [LABELS.podNamespace]: place.podNamespace,
      [LABELS.podName]: place.podName,
      [LABELS.container]: config.name,
      [LABELS.attempt]: String(config.attempt),
    },
    HostConfig: hostConfig(config, place),
  }
}

function hostConfig(config: ContainerConfig, place: ContainerPlace): ContainerCreateOptions['HostConfig'] {
  const joined = `container:${place.pauseId}`
  return {
    NetworkMode: joined,
    IpcMode: joined,
    ...(place.sharesProcesses && { PidMode: joined }),
    Mounts: [...place.files, ...config.mounts].map(mountOf),
    Privileged: config.privileged,
    ReadonlyRootfs: config.readOnlyRootFilesystem,
    GroupAdd: config.supplementalGroups.map(String),
    ...(config.capabilities !== undefined && {
      CapAdd: [...config.capabilities.add],
      CapDrop: [...config.capabilities.drop],
    }),
    SecurityOpt: securityOptions(config),
    ...resources(config),
    ...(place.cgroupParent !== undefined && { CgroupParent: place.cgroupParent }),
    LogConfig: { Type: 'json-file', Config: { 'max-size': LOG_FILE_SIZE, 'max-file': LOG_FILES } },
  }
}

function securityOptions({ allowPrivilegeEscalation, seccompUnconfined }: ContainerConfig): string[] {
  return [
    ...(allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
    ...(seccompUnconfined ? ['seccomp=unconfined'] : []),
  ]
}

function mountOf({ hostPath, containerPath, readOnly, propagation }: Mount) {
  const modes = { None: 'rprivate', HostToContainer: 'rslave', Bidirectional: 'rshared' } as const
  return {
    Type: 'bind' as const,
    Source: hostPath,
    Target: containerPath,
    ReadOnly: readOnly,
    BindOptions: { Propagation: modes[propagation] },
  }
}

function userOf({ user, group }: ContainerConfig): string | undefined {
  if (user === undefined) return group === undefined ? undefined : `0:${group}`
  return group === undefined ? String(user) : `${user}:${group}`
}

function resources({ cpuMillis, memoryBytes }: ContainerConfig) {
  const { request, limit } = cpuMillis
  return {
    CpuShares: Math.max(CPU_SHARES_MIN, Math.floor(((request ?? 0) * 1024) / 1000)),
    ...(limit !== undefined && {
      CpuPeriod: CPU_PERIOD_US,
      CpuQuota: Math.max(CPU_QUOTA_US_MIN, Math.floor((limit * CPU_PERIOD_US) / 1000)),
    }),
    ...(memoryBytes.limit !== undefined && { Memory: memoryBytes.limit, MemorySwap: memoryBytes.limit }),
  }
}
