import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servedKinds } from '../../src/cli/served-kinds.ts'
import type { HttpClient } from '../../src/client/http-client.ts'
import { createHttpClient } from '../../src/client/http-client.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'

/** A server of its own in a directory of its own, as `pintle server` runs it. */
export interface BenchServer extends AsyncDisposable {
  readonly directory: string
  readonly repository: string
  readonly process: ChildProcess
  readonly client: HttpClient
  /** From the start of the process to its readiness. */
  readonly readyMs: number
}

const START = join(import.meta.dirname, '../../src/cli/start.js')
const READY_TIMEOUT_MS = 60_000

export async function startBenchServer(): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const startedMs = performance.now()
  const addresses = ['--api-address', '127.0.0.1:0', '--http-address', '127.0.0.1:0']
  const child = spawn(process.execPath, [START, 'server', '--data-dir', directory, ...addresses], { stdio: 'ignore' })
  while (!existsSync(join(directory, 'ready'))) {
    if (child.exitCode !== null || performance.now() - startedMs > READY_TIMEOUT_MS)
      throw new Error('the server did not start')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const readyMs = performance.now() - startedMs
  const access = await loadKubeconfig(join(directory, 'kubeconfig'))
  const client = createHttpClient({ access, kinds: servedKinds(), clock: systemClock, random: systemRandom })
  return {
    directory,
    repository: join(directory, 'git', 'cluster.git'),
    process: child,
    client,
    readyMs,
    async [Symbol.asyncDispose]() {
      client.close()
      child.kill('SIGTERM')
      await new Promise(resolve => child.once('exit', resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
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
