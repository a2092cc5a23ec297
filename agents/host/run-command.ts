import { spawn } from 'node:child_process'

/** What a finished command said. `exitCode` is 128 + signal when it was killed by one. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  /** Killed after this; 10 s when left out. */
  readonly timeoutMs?: number
}

/** A command of ours (`ip`, `mount`, `unshare`, ...) ended with another code than 0, or could not be started. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly exitCode: number | undefined
  readonly stderr: string

  constructor(command: readonly string[], exitCode: number | undefined, stderr: string) {
    super(`${command.slice(0, 3).join(' ')}: ${stderr.trim() || `exit code ${exitCode}`}`)
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

/**
 * The machine's own programs first: npm puts directories of packages in front of PATH, with programs that happen to have
 * the same names. And a plain user's PATH often lacks the directories of `ip`, `mount` and `pivot_root`.
 */
export const TOOL_PATH = ['/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', process.env['PATH']]
  .filter(Boolean)
  .join(':')

const DEFAULT_TIMEOUT_MS = 10_000
const OUTPUT_BYTES_MAX = 1024 * 1024

/** Runs one program with its arguments as an array, never through a shell; its output is text of at most 1 MiB. */
export function tryCommand(
  command: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      env: options.env ?? { ...process.env, PATH: TOOL_PATH },
    })
    const stdout = collectText(child.stdout)
    const stderr = collectText(child.stderr)
    child.on('error', error => reject(new CommandFailed(command, undefined, error.message)))
    child.on('close', (code, signal) =>
      resolve({ exitCode: code ?? 128 + signalNumber(signal), stdout: stdout(), stderr: stderr() }),
    )
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

/** Like `tryCommand`, but throws CommandFailed unless the exit code is 0. Resolves with what it printed. */
export async function runCommand(command: readonly [string, ...string[]], options?: CommandOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await tryCommand(command, options)
  if (exitCode !== 0) throw new CommandFailed(command, exitCode, stderr)
  return stdout
}

function collectText(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (bytes < OUTPUT_BYTES_MAX) chunks.push(chunk)
    bytes += chunk.length
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 15 : 9
}
