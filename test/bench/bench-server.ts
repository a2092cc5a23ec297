import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { servedKinds } from '../../src/cli/served-kinds.ts'
import type { HttpClient } from '../../src/client/http-client.ts'
import { createHttpClient } from '../../src/client/http-client.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { compiledProgram } from './compiled-program.ts'

/** A server of its own in a directory of its own. */
export interface BenchServer extends AsyncDisposable {
  readonly directory: string
  readonly repository: string
  readonly process: ChildProcess
  readonly client: HttpClient
  /** From the start of the process to its readiness. */
  readonly readyMs: number
  /** The node's agent; undefined without one. */
  agentPid(): number | undefined
  /** The longest stall of the event loop of a `server` since the last call. */
  longestStallMs(): Promise<number>
}

/** As in `src/cli/launcher.sh`. */
const LAUNCHER_FLAGS = ['--max-semi-space-size=8']
const READY_TIMEOUT_MS = 60_000
const POLL_MS = 2

/**
 * `['server']`: the control plane alone, with a probe in its event loop. `['up', '--runtime', 'fake']`: with a node, and
 * without the probe, whose timer would be all that such a server does at rest.
 */
export async function startBenchServer(command: readonly string[] = ['server']): Promise<BenchServer> {
  const start = compiledProgram()
  const directory = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const stallPath = join(directory, 'stall')
  const addresses = ['--api-address', '127.0.0.1:0', '--http-address', '127.0.0.1:0']
  const probe = command[0] === 'server' ? ['--import', join(import.meta.dirname, 'loop-probe.js')] : []
  const startedMs = performance.now()
  const child = spawn(
    process.execPath,
    [...LAUNCHER_FLAGS, ...probe, start, ...command, '--data-dir', directory, ...addresses],
    {
      stdio: 'ignore',
      env: { ...process.env, PINTLE_BENCH_LOOP: stallPath },
    },
  )
  await waitUntil(() => {
    if (child.exitCode !== null) throw new Error('the server did not start')
    return existsSync(join(directory, 'ready'))
  })
  const readyMs = performance.now() - startedMs
  const access = await loadKubeconfig(join(directory, 'kubeconfig'))
  const client = createHttpClient({ access, kinds: servedKinds(), clock: systemClock, random: systemRandom })
  return {
    directory,
    repository: join(directory, 'git', 'cluster.git'),
    process: child,
    client,
    readyMs,
    agentPid() {
      const record = join(directory, 'agent', 'agent.json')
      return existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as { pid: number }).pid : undefined
    },
    async longestStallMs() {
      rmSync(stallPath, { force: true })
      child.kill('SIGUSR2')
      await waitUntil(() => existsSync(stallPath))
      return Number(readFileSync(stallPath, 'utf8'))
    },
    async [Symbol.asyncDispose]() {
      client.close()
      child.kill('SIGINT')
      await new Promise(resolve => child.once('exit', resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function waitUntil(condition: () => boolean): Promise<void> {
  const startedMs = performance.now()
  while (!condition()) {
    if (performance.now() - startedMs > READY_TIMEOUT_MS) throw new Error('the server took too long')
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/**
 * The longest stall of this process's event loop while `work` waits for a server: what the machine alone does to a
 * process that has next to nothing to do. The reference for the server's own stalls.
 */
export async function whileWatchingOwnLoop<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly stallMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const result = await work()
  delay.disable()
  return { result, stallMs: Math.max(0, delay.max / 1e6 - 1) }
}

/** Proportional set size of a process in MB: shared pages count once for all who share them. Linux only. */
export function memoryOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) / 1024
}

/** CPU time used so far, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Bytes the process has caused to be written to disks. */
export function writtenBytesOf(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1])
}
