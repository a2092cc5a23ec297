/**
 * What the node agent needs of a container runtime. Drivers: docker, process, fake. All pass
 * `test/conformance/runtime`. A driver knows containers and sandboxes, not pods: pod life is the agent's.
 *
 * Identity survives the agent: everything needed to adopt a container after a restart is kept by the driver (labels,
 * files), so `list` after a restart returns the same ids, and a container keeps running while no agent does.
 */
export interface RuntimeDriver {
  readonly name: 'docker' | 'process' | 'fake'
  /** Probes the machine once; what it says stands in the Node's status. Throws with a remedy when it cannot work. */
  start(): Promise<RuntimeInfo>
  /** Releases the driver's own handles. Sandboxes and containers go on. */
  close(): Promise<void>

  /** The pod's network namespace and shared state. Idempotent by `uid`. */
  createSandbox(config: SandboxConfig): Promise<Sandbox>
  /** Removes it with its containers, mounts, links and addresses. Harmless when it is gone. */
  removeSandbox(sandboxId: string): Promise<void>
  /** Every sandbox of this node, dead or alive. */
  listSandboxes(): Promise<readonly Sandbox[]>

  /**
   * A new container per attempt; never restarted in place. Idempotent by sandbox, name and attempt. Throws RuntimeError
   * `ContainerStillRuns` when another attempt of it runs: the list that the agent went by was out of date.
   */
  createContainer(sandboxId: string, config: ContainerConfig): Promise<string>
  startContainer(containerId: string): Promise<void>
  /** Signals, waits at most `graceMs`, kills. Resolves when it is dead. Harmless when it is. */
  stopContainer(containerId: string, graceMs: number): Promise<void>
  removeContainer(containerId: string): Promise<void>
  listContainers(): Promise<readonly ContainerState[]>
  /** Called after any container's state may have changed; a hint, list again. */
  onChange(listener: (containerId: string, podUid?: string) => void): { close(): void }

  /** Runs a command inside; output capped at `outputBytesMax` each. `exitCode` is undefined when it timed out. */
  exec(containerId: string, command: readonly string[], limits: ExecLimits): Promise<ExecResult>
  /** Lines with their time stamps, oldest first; with `follow` it goes on until the container ends or `signal`. */
  logs(containerId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>
  stats(containerId: string): Promise<ContainerStats | undefined>

  /** Makes the image ready by the policy; throws RuntimeError with reason ErrImagePull, ErrImageNeverPull, ... */
  ensureImage(
    image: string,
    policy: 'Always' | 'IfNotPresent' | 'Never',
    credentials?: readonly RegistryCredentials[],
  ): Promise<ImageReference>
}

export interface RuntimeInfo {
  /** `process://1.0`, `docker://28.0.1`: Node.status.nodeInfo.containerRuntimeVersion. */
  readonly version: string
  /** How pods are isolated: what was probed, in one sentence for Node.status. */
  readonly description: string
  readonly mountsVolumes: boolean
  /** Each pod has a network namespace and a routed address of its own. */
  readonly networkNamespaces: boolean
  readonly images: boolean
}

export interface SandboxConfig {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly hostname: string
  /** The address the pod shall have; the agent's address management chose it. Undefined with host network. */
  readonly ip: string | undefined
  readonly hostNetwork: boolean
  readonly hostPid: boolean
  /** Kept beside the sandbox and given back by `listSandboxes`: the pod's manifest, canonical JSON. */
  readonly manifest: string
  readonly dnsResolvConf: string
  readonly hostsFile: string
  readonly hostIpc?: boolean
  readonly shareProcessNamespace?: boolean
  readonly sysctls?: Readonly<Record<string, string>>
  /** By its pod's requests and limits; says how the kernel treats it when the node is short of something. */
  readonly qosClass?: 'Guaranteed' | 'Burstable' | 'BestEffort'
}

export interface Sandbox {
  readonly id: string
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly ip: string | undefined
  readonly manifest: string
  readonly ready: boolean
  readonly createdAtMs: number
}

export interface ContainerConfig {
  readonly name: string
  /** 0 for the first. */
  readonly attempt: number
  readonly image: string
  /** Empty: the image's own entry point (which a driver without images refuses). */
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly workingDir: string | undefined
  readonly mounts: readonly Mount[]
  readonly user: number | undefined
  readonly group: number | undefined
  readonly supplementalGroups: readonly number[]
  readonly privileged: boolean
  readonly readOnlyRootFilesystem: boolean
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] }
  /** False: no process gains privileges its parent has not. */
  readonly allowPrivilegeEscalation?: boolean
  readonly seccompUnconfined?: boolean
  readonly cpuMillis: { readonly request: number | undefined; readonly limit: number | undefined }
  readonly memoryBytes: { readonly request: number | undefined; readonly limit: number | undefined }
  /** Where /dev/termination-log of this container is read from. */
  readonly terminationMessagePath: string
  readonly stdin: boolean
  readonly tty: boolean
}

export interface Mount {
  /** Absolute path on the node. */
  readonly hostPath: string
  readonly containerPath: string
  readonly readOnly: boolean
  readonly propagation: 'None' | 'HostToContainer' | 'Bidirectional'
}

export interface ContainerState {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly attempt: number
  readonly state: 'created' | 'running' | 'exited'
  readonly image: string
  readonly imageId: string
  readonly createdAtMs: number
  readonly startedAtMs: number | undefined
  readonly finishedAtMs: number | undefined
  /** 128 + signal when killed by one. */
  readonly exitCode: number | undefined
  readonly oomKilled: boolean
  /** What the container wrote to its termination message path, at most 4 KiB. */
  readonly terminationMessage: string | undefined
}

export interface ExecLimits {
  readonly timeoutMs: number
  readonly outputBytesMax: number
}

export interface ExecResult {
  readonly exitCode: number | undefined
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

export interface LogOptions {
  readonly follow: boolean
  readonly tailLines?: number
  readonly sinceMs?: number
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr'
  readonly timeMs: number
  /** Without its newline. */
  readonly bytes: Uint8Array
}

export interface ContainerStats {
  readonly cpuNanoseconds: number
  readonly memoryBytes: number
}

/** From a pod's imagePullSecrets. */
export interface RegistryCredentials {
  /** As in the Secret: a host, or `https://host/v1/`. */
  readonly registry: string
  readonly username: string
  readonly password: string
}

export interface ImageReference {
  readonly id: string
}

/** The reason of a RuntimeError that nobody is told of: look again. */
export const CONTAINER_STILL_RUNS = 'ContainerStillRuns'

/** Why something could not be done, in Kubernetes' own reasons (`CreateContainerError`, `ErrImagePull`, ...). */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  readonly reason: string

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
