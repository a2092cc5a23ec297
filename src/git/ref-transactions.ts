import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Clock } from '../lib/clock.ts'
import type { GitCommand } from './git-command.ts'
import type { RefUpdate } from './git-repository.ts'
import { GitError, RefConflict } from './git-repository.ts'
import { OBJECT_ID_PATTERN } from './object-format.ts'
import { isRefName } from './ref-name.ts'

/**
 * Moves refs through one lasting `git update-ref --stdin`, a transaction at a time: all or none, each ref with its old
 * id. (A process for each would cost 3 ms, and the copy of this process's memory map on top.) Git ends it at the first
 * transaction that fails; the next one starts a new one. Hooks are off: they are for people's pushes.
 */
export class RefTransactions {
  readonly #options: RefTransactionsOptions
  #child: ChildProcessWithoutNullStreams | undefined
  #answer: Answer | undefined
  #printed = ''
  #complaint = ''

  constructor(options: RefTransactionsOptions) {
    this.#options = options
  }

  /**
   * Resolves `done`, `locked` (another process holds one of the refs at this moment) or `unknown` (git went away before
   * it answered: the refs tell). Rejects with RefConflict, or GitError. One call at a time.
   */
  async run(updates: readonly RefUpdate[]): Promise<'done' | 'locked' | 'unknown'> {
    checkUpdates(updates)
    const complaint = await this.#commit(`start\0${updates.map(formatUpdate).join('')}prepare\0commit\0`)
    if (complaint === undefined) return 'done'
    if (/Unable to create '.*\.lock': File exists/.test(complaint)) return 'locked'
    if (!complaint.includes('fatal:')) return 'unknown'
    throw refError(complaint, updates)
  }

  /** Resolves when the process has ended, which it does once it is idle; a later transaction starts a new one. */
  close(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return Promise.resolve()
    return new Promise(resolve => {
      const timer = this.#options.clock.setTimer(END_MS_MAX, () => child.kill('SIGKILL'))
      child.once('close', () => {
        timer.cancel()
        resolve()
      })
      child.stdin.end()
    })
  }

  /** Undefined: committed; else what git said as it ended. */
  #commit(commands: string): Promise<string | undefined> {
    const { clock } = this.#options
    return new Promise(resolve => {
      const timer = clock.setTimer(ANSWER_MS_MAX, () => this.#child?.kill('SIGKILL'))
      this.#answer = complaint => {
        timer.cancel()
        this.#answer = undefined
        resolve(complaint)
      }
      this.#child ??= this.#start()
      this.#child.stdin.write(commands)
    })
  }

  #start(): ChildProcessWithoutNullStreams {
    const { command, repositoryPath } = this.#options
    const args = [
      '-c',
      'core.hooksPath=/dev/null',
      `--git-dir=${repositoryPath}`,
      'update-ref',
      '-m',
      'pintle',
      '--stdin',
      '-z',
    ]
    const child = spawn(command.binary, args, {
      cwd: '/',
      env: { ...command.environment, ...COMMITTER },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // Ctrl-C is for us: we still commit while we stop. The end of its input ends it in any case.
    })
    this.#printed = ''
    this.#complaint = ''
    child.stdin.on('error', () => {}) // its end is handled once, by 'close'
    child.stdout.on('data', (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk.toString('latin1')).slice(-OUTPUT_LENGTH_MAX)
      if (!this.#printed.endsWith('commit: ok\n')) return
      this.#printed = ''
      this.#answer?.(undefined)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-OUTPUT_LENGTH_MAX)
    })
    child.on('error', error => this.#ended(child, `fatal: git cannot be started: ${error.message}`))
    child.on('close', () => this.#ended(child, this.#complaint.trim()))
    return child
  }

  #ended(child: ChildProcessWithoutNullStreams, complaint: string): void {
    if (child !== this.#child) return
    this.#child = undefined
    this.#answer?.(complaint)
  }
}

interface RefTransactionsOptions {
  readonly command: GitCommand
  readonly repositoryPath: string
  readonly clock: Clock
}

type Answer = (complaint: string | undefined) => void

/** Who stands in the reflog. */
const COMMITTER = { GIT_COMMITTER_NAME: 'Pintle', GIT_COMMITTER_EMAIL: 'pintle@localhost' }
const ANSWER_MS_MAX = 60_000
const END_MS_MAX = 5_000
const OUTPUT_LENGTH_MAX = 4_000
const UPDATES_MAX = 10_000
const ZERO_ID = '0'.repeat(40)

function checkUpdates(updates: readonly RefUpdate[]): void {
  if (updates.length > UPDATES_MAX) throw new GitError('too-large', `more than ${UPDATES_MAX} refs in one update`)
  for (const { ref, expected, target } of updates) {
    if (!isRefName(ref)) throw new GitError('invalid', `"${ref}" is not the full name of a ref`)
    for (const id of [expected, target]) {
      if (id !== null && !OBJECT_ID_PATTERN.test(id)) throw new GitError('invalid', `"${id}" is not an object id`)
    }
  }
}

function formatUpdate({ ref, expected, target }: RefUpdate): string {
  if (target === null && expected === null) return `verify ${ref}\0${ZERO_ID}\0`
  if (target === null) return `delete ${ref}\0${expected}\0`
  return `update ${ref}\0${target}\0${expected ?? ZERO_ID}\0`
}

function refError(complaint: string, updates: readonly RefUpdate[]): Error {
  const ref = updates.find(update => complaint.includes(`'${update.ref}'`))?.ref ?? updates[0]?.ref ?? ''
  if (/but expected|reference already exists|unable to resolve reference|reference is missing/.test(complaint)) {
    return new RefConflict(ref, `${ref} moved meanwhile: ${complaint}`)
  }
  if (/nonexistent object|bad object|missing object/.test(complaint)) return new GitError('missing', complaint)
  if (/non-commit object/.test(complaint)) return new GitError('wrong-type', complaint)
  if (/cannot process .* and .* at the same time|exists; cannot create|multiple updates for ref/.test(complaint)) {
    return new GitError('invalid', complaint)
  }
  return new GitError('unavailable', `${ref} could not be moved: ${complaint}`)
}
