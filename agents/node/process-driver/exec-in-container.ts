import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { findTool } from '../../host/find-tool.ts'
import { isAlive } from '../../host/process-identity.ts'
import { TOOL_PATH } from '../../host/run-command.ts'
import type { ExecLimits, ExecResult } from '../runtime-driver.ts'
import { RuntimeError } from '../runtime-driver.ts'
import { listDescendants } from './descendants.ts'
import type { Isolation } from './isolation.ts'
import { privilegeWords } from './launch-script.ts'
import type { ProcessContainer } from './process-container.ts'

/** Runs a command in the namespaces, with the environment, user and working directory of a running container. */
export function execInContainer(
  container: ProcessContainer,
  isolation: Isolation,
  command: readonly string[],
  limits: ExecLimits,
): Promise<ExecResult> {
  const main = container.main
  if (!isAlive(main) || container.state().state !== 'running') {
    throw new RuntimeError('ContainerNotRunning', `container ${container.record.name} is not running`)
  }
  const words = [...enterWords(container, main.pid), ...privilegesOf(container, isolation), ...command]
  return runLimited(words as [string, ...string[]], container, limits)
}

function enterWords(container: ProcessContainer, pid: number): string[] {
  const { mode, hasPodNetwork } = container.record
  if (mode === 'plain') return []
  const user = mode === 'user-namespace' ? ['--user', '--preserve-credentials'] : []
  const network = hasPodNetwork ? ['--net'] : []
  return [
    findTool('nsenter'),
    `--target=${pid}`,
    ...user,
    '--mount',
    '--pid',
    '--uts',
    '--ipc',
    ...network,
    '--root',
    '--wd',
    '--',
  ]
}

/** In a user namespace the main process may have entered one more, with its user mapped; nsenter joined that one. */
function privilegesOf(container: ProcessContainer, isolation: Isolation): string[] {
  return container.record.mode === 'user-namespace' ? [] : privilegeWords({ isolation, ...container.record })
}

function runLimited(
  words: [string, ...string[]],
  container: ProcessContainer,
  limits: ExecLimits,
): Promise<ExecResult> {
  const [program, ...args] = words
  const env = environmentOf(container)
  return new Promise(resolve => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      ...(container.record.mode === 'plain' && { cwd: container.record.workingDir }),
    })
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      killInside(child)
    }, limits.timeoutMs)
    const stdout = collect(child.stdout, limits.outputBytesMax)
    const stderr = collect(child.stderr, limits.outputBytesMax)
    child.on('error', error => {
      clearTimeout(timer)
      resolve({ exitCode: 127, stdout: new Uint8Array(), stderr: Buffer.from(error.message) })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ exitCode: timedOut ? undefined : (code ?? (signal ? 137 : 1)), stdout: stdout(), stderr: stderr() })
    })
  })
}

/** The environment was kept beside the container. */
function environmentOf(container: ProcessContainer): NodeJS.ProcessEnv {
  const kept = container.files.readJson<{ name: string; value: string }[]>('environment.json') ?? []
  const env = Object.fromEntries(kept.map(({ name, value }) => [name, value]))
  return { ...env, PATH: env['PATH'] ?? TOOL_PATH }
}

/**
 * Kills what runs inside and leaves it to `nsenter` to reap it: a zombie whose parent is gone would hold up the end of
 * the whole PID namespace on a machine whose first process does not reap.
 */
function killInside(child: ChildProcess): void {
  if (child.pid === undefined) return
  const [entering, ...inside] = listDescendants(child.pid)
  for (const pid of inside.length > 0 ? inside.reverse() : [entering!]) killQuietly(pid)
  setTimeout(() => killQuietly(-child.pid!), REAP_MS).unref()
}

const REAP_MS = 1_000

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

function collect(stream: NodeJS.ReadableStream, bytesMax: number): () => Uint8Array {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (bytes < bytesMax) chunks.push(chunk.subarray(0, bytesMax - bytes))
    bytes += chunk.length
  })
  return () => Buffer.concat(chunks)
}
