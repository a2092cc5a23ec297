import { spawn } from 'node:child_process'
import type { FSWatcher } from 'node:fs'
import { closeSync, openSync, watch } from 'node:fs'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import type { ProcessIdentity } from '../../host/process-identity.ts'
import { isAlive, signalProcess } from '../../host/process-identity.ts'
import { killProcesses, listMarkedProcesses } from '../../host/process-tree.ts'
import { TOOL_PATH } from '../../host/run-command.ts'
import type { ContainerState } from '../runtime-driver.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { ContainerFiles, ContainerRecord } from './container-files.ts'
import { ContainerLog } from './container-log.ts'
import { listDescendants } from './descendants.ts'

/** Environment variable by which processes of a `plain` container are recognised, wherever they went. */
const MARKER = 'PINTLE_CONTAINER'
/** How long a killed container may take to be gone, and a start to report itself. */
const KILL_WAIT_MS = 10_000
const START_WAIT_MS = 30_000
const COMMAND_KILL_WAIT_MS = 1_000
/** How long a supervisor may take to say that it is there. */
const REPORT_MS = 10_000
/** Output is taken in at most this often. */
const LOG_DELAY_MS = 20
/** A supervisor that was killed tells nobody: it is looked after this often while somebody asks. */
const LIVENESS_MS = 5_000

/** One container of this machine, whoever started it: its files are the truth, this object only watches them. */
export class ProcessContainer {
  readonly record: ContainerRecord
  readonly files: ContainerFiles
  readonly log: ContainerLog
  readonly #clock: Clock
  readonly #onChange: (id: string) => void
  #watcher: FSWatcher | undefined
  #logTimer: Timer | undefined
  #exitCode: number | undefined
  #checkedAtMs = Number.NEGATIVE_INFINITY
  #waiters = new Set<() => void>()

  constructor(record: ContainerRecord, files: ContainerFiles, clock: Clock, onChange: (id: string) => void) {
    this.record = record
    this.files = files
    this.log = new ContainerLog(files.directory)
    this.#clock = clock
    this.#onChange = onChange
    this.#exitCode = this.#readExitCode()
    if (this.#exitCode === undefined) this.#watch()
    else this.log.refresh(clock.now(), true)
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    this.#logTimer?.cancel()
  }

  /** The command itself, as the machine sees it; undefined before it started. */
  get main(): ProcessIdentity | undefined {
    return this.files.readProcess('main', this.record.bootId)
  }

  state(): ContainerState {
    this.#notice()
    const exited = this.#exitCode !== undefined
    const startedAtMs = this.files.changedAtMs('main') ?? (exited ? this.files.changedAtMs('exit') : undefined)
    return {
      id: this.record.id,
      sandboxId: this.record.sandboxId,
      name: this.record.name,
      attempt: this.record.attempt,
      state: exited ? 'exited' : this.files.has('main') ? 'running' : 'created',
      image: this.record.image,
      imageId: this.record.image,
      createdAtMs: this.record.createdAtMs,
      startedAtMs,
      finishedAtMs: exited ? this.files.changedAtMs('exit') : undefined,
      exitCode: this.#exitCode,
      oomKilled: this.files.has('oom-killed'),
      terminationMessage: exited ? this.files.readTerminationMessage() : undefined,
    }
  }

  /** Resolves when the command runs; throws RuntimeError RunContainerError with the reason when it cannot. */
  async start(): Promise<void> {
    if (this.files.has('main')) return
    this.#spawn()
    await this.#until(() => this.files.has('main') || this.#exitCode !== undefined, START_WAIT_MS)
    if (this.files.has('main')) return
    if (this.#exitCode === undefined) await this.stop(0)
    throw new RuntimeError('RunContainerError', this.files.readSetupErrors() || 'the container did not start')
  }

  #spawn(): void {
    const setup = openSync(this.files.path('supervise-errors'), 'a', 0o600)
    const child = spawn('sh', [this.files.path('supervise.sh')], {
      cwd: this.files.directory,
      detached: true,
      stdio: ['ignore', setup, setup],
      env: { PATH: TOOL_PATH, ...(this.record.mode === 'plain' && { [MARKER]: this.record.id }) },
    })
    child.on('error', () => {})
    child.unref()
    closeSync(setup)
  }

  async stop(graceMs: number): Promise<void> {
    this.#notice()
    if (this.#exitCode !== undefined || !this.files.has('started')) return
    if (graceMs > 0 && signalProcess(this.main, 'SIGTERM')) {
      if (await this.#until(() => this.#exitCode !== undefined, graceMs)) return this.#sweep()
    }
    // The command first: then its exit code is told as it is. Whatever is left goes with process 1.
    if (signalProcess(this.main, 'SIGKILL')) await this.#until(() => this.#exitCode !== undefined, COMMAND_KILL_WAIT_MS)
    if (this.#exitCode === undefined) this.#kill()
    await this.#until(() => this.#exitCode !== undefined, KILL_WAIT_MS)
    this.#sweep()
    if (this.#exitCode === undefined) throw new RuntimeError('KillContainerError', 'processes could not be killed')
  }

  /** Process 1 of a PID namespace takes everything in it along; without one, everything that carries the marker goes. */
  #kill(): void {
    this.files.write('killed', '')
    const init = this.files.readProcess('init', this.record.bootId)
    if (this.record.mode === 'plain' || init === undefined) this.#sweep()
    else signalProcess(init, 'SIGKILL')
  }

  /** What the command left running in a container without a PID namespace, but not the supervisor: it reports. */
  #sweep(): void {
    if (this.record.mode !== 'plain' && this.files.readProcess('init', this.record.bootId) !== undefined) return
    const supervisor = this.files.readProcess('supervisor', this.record.bootId)
    const spared = isAlive(supervisor) ? supervisor.pid : -1
    killProcesses(() => listMarkedProcesses(`${MARKER}=${this.record.id}`).filter(({ pid }) => pid !== spared))
  }

  /** Pids of everything that runs inside; for usage. */
  pids(): number[] {
    const supervisor = this.files.readProcess('supervisor', this.record.bootId)
    return supervisor === undefined ? [] : listDescendants(supervisor.pid)
  }

  #watch(): void {
    this.#watcher = watch(this.files.directory, (_, name) => this.#onFile(name))
    this.#watcher.on('error', () => {})
    this.#watcher.unref()
    this.log.refresh(this.#clock.now(), false)
  }

  #onFile(name: string | null): void {
    if (name === 'stdout' || name === 'stderr') this.#readLogSoon()
    if (name !== 'main' && name !== 'exit') return
    this.#notice()
    this.#wake()
  }

  #readLogSoon(): void {
    this.#logTimer ??= this.#clock.setTimer(LOG_DELAY_MS, () => {
      this.#logTimer = undefined
      if (this.#exitCode === undefined) this.log.refresh(this.#clock.now(), false)
    })
  }

  /** Looks whether it ended, and whether somebody is left to say so. */
  #notice(): void {
    if (this.#exitCode !== undefined) return
    this.#exitCode = this.#readExitCode() ?? this.#readLostExit()
    if (this.#exitCode === undefined) return
    this.close()
    this.log.refresh(this.#clock.now(), true)
    this.#onChange(this.record.id)
  }

  /** `unshare` says 1 when its process 1 was killed. */
  #readExitCode(): number | undefined {
    const code = this.files.readExitCode()
    return code === 1 && this.files.has('killed') ? 137 : code
  }

  /** The supervisor is gone without a word (killed, or the machine restarted): end what is left and say 137. */
  #readLostExit(): number | undefined {
    const nowMs = this.#clock.monotonic()
    if (nowMs - this.#checkedAtMs < LIVENESS_MS) return undefined
    this.#checkedAtMs = nowMs
    if (!this.#isLost()) return undefined
    const late = this.#readExitCode()
    if (late !== undefined) return late
    this.#kill()
    this.files.write('exit', '137\n')
    return 137
  }

  /** It reports itself at once after it has begun: one that did not, for long, was killed in between. */
  #isLost(): boolean {
    const supervisor = this.files.readProcess('supervisor', this.record.bootId)
    if (supervisor !== undefined) return !isAlive(supervisor)
    const begunAtMs = this.files.changedAtMs('started')
    return begunAtMs !== undefined && this.#clock.now() - begunAtMs > REPORT_MS
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter()
    this.#onChange(this.record.id)
  }

  /** True once the condition holds; false when it did not within `waitMs`. Looks at each file event and each second. */
  #until(condition: () => boolean, waitMs: number): Promise<boolean> {
    const endMs = this.#clock.monotonic() + waitMs
    return new Promise(resolve => {
      let timer: Timer | undefined
      const finish = (result: boolean) => {
        timer?.cancel()
        this.#waiters.delete(check)
        resolve(result)
      }
      const check = () => {
        this.#notice()
        if (condition()) return finish(true)
        const leftMs = endMs - this.#clock.monotonic()
        if (leftMs <= 0) return finish(false)
        timer?.cancel()
        timer = this.#clock.setTimer(Math.min(leftMs, 1_000), check)
      }
      this.#waiters.add(check)
      check()
    })
  }
}
