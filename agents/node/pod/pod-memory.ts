import type { ContainerProbes } from '../probes/container-probes.ts'

/** What an agent remembers of a pod beyond what the API and the runtime know. Lost with the agent; nothing depends on it but comfort. */
export interface PodMemory {
  /** Why a container could not be made or started; by container name. */
  readonly failures: Map<string, ContainerFailure>
  /** Delay before the next restart; by container name. */
  readonly backoff: Map<string, Backoff>
  /** By container id. */
  readonly probes: Map<string, ContainerProbes>
  /** Containers being stopped, by id, and until when they may take. */
  readonly killing: Map<string, { readonly endMs: number }>
  /** Containers whose postStart hook runs, by id. */
  readonly starting: Set<string>
  /** The last lines of a failed container, for its termination message; by container id. */
  readonly logTails: Map<string, string>
  /** Containers that never ran: their start failed. By container id. */
  readonly startErrors: Map<string, string>
  /** Decided by this node: the pod has failed, and why. */
  verdict: { readonly reason: string; readonly message: string } | undefined
  /** When its end was first seen: grace counts from there. */
  endingSinceMs: number | undefined
  /** Why volumes or the sandbox could not be made, and when to try again. */
  setupFailure: { readonly retryAtMs: number } | undefined
}

interface ContainerFailure {
  /** CreateContainerConfigError, ErrImagePull, ... */
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly retryAtMs: number
}

export interface Backoff {
  readonly delayMs: number
  readonly updatedAtMs: number
}

export function newPodMemory(): PodMemory {
  return {
    failures: new Map(),
    backoff: new Map(),
    probes: new Map(),
    killing: new Map(),
    starting: new Set(),
    logTails: new Map(),
    startErrors: new Map(),
    verdict: undefined,
    endingSinceMs: undefined,
    setupFailure: undefined,
  }
}
