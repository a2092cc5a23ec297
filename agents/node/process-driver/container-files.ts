import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessIdentity } from '../../host/process-identity.ts'
import { parseProcessStat, readBootId } from '../../host/process-identity.ts'
import { tryCommand } from '../../host/run-command.ts'
import type { IsolationMode } from './isolation.ts'

/**
 * One container's directory: what outlives the agent.
 *
 *     container.json      what it is (no environment: that may hold secrets)
 *     supervise.sh        see launch-script.ts
 *     started/            made by the supervisor as its first act
 *     supervisor init main  the /proc/PID/stat line of each of its processes, written by themselves
 *     stdout stderr       raw output, appended by the container itself
 *     log-index           which bytes of them came when; see container-log.ts
 *     exit                the exit code, written by rename; its change time is when the container ended
 *     termination-log     bound to the termination message path
 *
 * And its secret directory, off the disk where the machine can:
 *     init.sh             see launch-script.ts; it holds the command and the environment
 *     environment.json    the environment; for exec
 */
export class ContainerFiles {
  readonly directory: string
  readonly secretDirectory: string

  constructor(directory: string, secretDirectory: string) {
    this.directory = directory
    this.secretDirectory = secretDirectory
  }

  path(name: string): string {
    return join(SECRET.has(name) ? this.secretDirectory : this.directory, name)
  }

  has(name: string): boolean {
    return existsSync(this.path(name))
  }

  make(): void {
    for (const each of [this.directory, this.secretDirectory]) mkdirSync(each, { recursive: true, mode: 0o700 })
  }

  write(name: string, content: string, mode = 0o600): void {
    writeFileSync(`${this.path(name)}.new`, content, { mode })
    chmodSync(`${this.path(name)}.new`, mode)
    renameSync(`${this.path(name)}.new`, this.path(name))
  }

  /** Undefined also for a file that a power cut left empty. */
  readJson<T>(name: string): T | undefined {
    try {
      return JSON.parse(this.read(name) ?? '') as T
    } catch {
      return undefined
    }
  }

  read(name: string): string | undefined {
    try {
      return readFileSync(this.path(name), 'utf8')
    } catch {
      return undefined
    }
  }

  /** When the file last changed, in ms since the epoch. */
  changedAtMs(name: string): number | undefined {
    const stat = statSync(this.path(name), { throwIfNoEntry: false })
    return stat === undefined ? undefined : Math.floor(stat.mtimeMs)
  }

  /** Undefined while the container runs, or never ran. */
  readExitCode(): number | undefined {
    const code = Number.parseInt(this.read('exit') ?? '', 10)
    return Number.isNaN(code) ? undefined : code
  }

  readProcess(name: 'supervisor' | 'init' | 'main', bootId: string): ProcessIdentity | undefined {
    const stat = parseProcessStat(this.read(name) ?? '')
    return stat && { pid: stat.pid, startTicks: stat.startTicks, bootId }
  }

  /** Why the set-up failed: what it said last, as one line. */
  readSetupErrors(): string {
    return (this.read('setup-errors') ?? '').trim().split('\n').slice(-4).join('; ')
  }

  readTerminationMessage(): string | undefined {
    const text = this.read('termination-log')
    return text ? text.slice(0, TERMINATION_MESSAGE_LENGTH_MAX) : undefined
  }

  /** The record first: without it the rest does not count, however far this gets. */
  async remove(): Promise<void> {
    rmSync(this.path('container.json'), { force: true })
    await removeTree(this.secretDirectory)
    await removeTree(this.directory)
  }
}

const SECRET = new Set(['init.sh', 'environment.json'])

const TERMINATION_MESSAGE_LENGTH_MAX = 4096

/** container.json */
export interface ContainerRecord {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly attempt: number
  readonly image: string
  readonly createdAtMs: number
  readonly bootId: string
  readonly mode: IsolationMode
  readonly hasPodNetwork: boolean
  readonly user: number | undefined
  readonly group: number | undefined
  readonly supplementalGroups: readonly number[]
  readonly privileged: boolean
  readonly workingDir: string
  readonly cgroups: readonly string[]
}

export function newContainerRecord(record: Omit<ContainerRecord, 'bootId'>): ContainerRecord {
  return { ...record, bootId: readBootId() }
}

/** Removes a directory, also when a container took away its own user's rights to parts of it. */
export async function removeTree(directory: string): Promise<void> {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {
    await tryCommand(['chmod', '-R', 'u+rwX', directory], { timeoutMs: 60_000 })
    await rm(directory, { recursive: true, force: true })
  }
}
