import { spawn } from 'node:child_process'
import type { Clock } from '../lib/clock.ts'
import { GitError } from './git-repository.ts'

/** How to call system git: by argument lists, never a shell; without the user's or the system's configuration. */
export interface GitCommand {
  /** Name on the PATH, or an absolute path. */
  readonly binary: string
  readonly environment: Readonly<Record<string, string>>
}

/**
 * `repositoryPath` is declared safe, because its owner may be another user (a mounted volume, a push by root). Nothing
 * of the caller's own GIT_* is passed on.
 */
export function gitCommand(repositoryPath: string, binary = 'git'): GitCommand {
  return {
    binary,
    environment: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: repositoryPath,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: repositoryPath,
      GIT_TERMINAL_PROMPT: '0',
    },
  }
}

export interface GitRun {
  readonly clock: Clock
  readonly cwd: string
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
  readonly outputBytesMax?: number
  /** Added to the command's environment. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface GitOutcome {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

const TIMEOUT_MS = 60_000
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const ERROR_BYTES_MAX = 64 * 1024

/** Runs git to its end; resolves whatever its exit code. Rejects with GitError `unavailable` when it did not run through. */
export function runGit(command: GitCommand, args: readonly string[], run: GitRun): Promise<GitOutcome> {
  return new Promise((resolve, reject) => {
    const name = `git ${args.find(arg => /^[a-z]/.test(arg)) ?? ''}`
    const child = spawn(command.binary, args, {
      cwd: run.cwd,
      env: { ...command.environment, ...run.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout = collect(run.outputBytesMax ?? OUTPUT_BYTES_MAX)
    const stderr = collect(ERROR_BYTES_MAX)
    const fail = (message: string, cause?: unknown) => {
      child.kill('SIGKILL')
      timer.cancel()
      reject(new GitError('unavailable', message, { cause }))
    }
    const timeoutMs = run.timeoutMs ?? TIMEOUT_MS
    const timer = run.clock.setTimer(timeoutMs, () => fail(`${name} did not end within ${timeoutMs} ms`))
    child.stdout.on('data', (chunk: Buffer) => {
      if (!stdout.add(chunk)) fail(`${name} printed more than ${run.outputBytesMax ?? OUTPUT_BYTES_MAX} bytes`)
    })
    child.stderr.on('data', (chunk: Buffer) => void stderr.add(chunk))
    child.stdin.on('error', () => {}) // it ended without reading its input: its exit code and message tell why
    child.on('error', error => fail(`${name} cannot be started (${error.message}); is git installed?`, error))
    child.on('close', (code, signal) => {
      timer.cancel()
      if (code === null) return fail(`${name} was ended by ${signal}`)
      resolve({ code, stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8').trim() })
    })
    child.stdin.end(run.input)
  })
}

/** Like runGit, but an exit code other than 0 is a GitError `unavailable` with git's own words. */
export async function runGitOrThrow(command: GitCommand, args: readonly string[], run: GitRun): Promise<GitOutcome> {
  const outcome = await runGit(command, args, run)
  if (outcome.code !== 0) {
    throw new GitError('unavailable', `git ${args.join(' ').slice(0, 200)} failed: ${outcome.stderr || outcome.code}`)
  }
  return outcome
}

/** Rejects with a sentence when git is missing or too old for what the repository needs (repack --geometric). */
export async function checkGitVersion(command: GitCommand, run: GitRun): Promise<void> {
  const remedy = `Pintle needs git ${GIT_VERSION_MIN.join('.')} or newer: install it (on Debian: apt-get install git)`
  const { stdout } = await runGit(command, ['version'], run).catch(cause => {
    throw new GitError('unavailable', `git cannot be started. ${remedy}.`, { cause })
  })
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout.toString('latin1')) ?? []).slice(1).map(Number)
  if (major > GIT_VERSION_MIN[0] || (major === GIT_VERSION_MIN[0] && minor >= GIT_VERSION_MIN[1])) return
  throw new GitError('unavailable', `git is version ${major}.${minor}. ${remedy}.`)
}

const GIT_VERSION_MIN = [2, 34] as const

/** Keeps at most `bytesMax`; `add` is false once there was more. */
function collect(bytesMax: number) {
  const chunks: Buffer[] = []
  let size = 0
  return {
    add(chunk: Buffer): boolean {
      if (size + chunk.length > bytesMax) return false
      size += chunk.length
      chunks.push(chunk)
      return true
    },
    bytes: () => Buffer.concat(chunks),
  }
}
