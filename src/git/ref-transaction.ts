import type { Clock } from '../lib/clock.ts'
import type { GitCommand } from './git-command.ts'
import { runGit } from './git-command.ts'
import type { RefUpdate } from './git-repository.ts'
import { GitError, RefConflict } from './git-repository.ts'
import { isRefName } from './ref-name.ts'

/**
 * Moves refs through one `git update-ref --stdin` transaction: all or none, each with its old id. Hooks are off: they
 * are for people's pushes. Resolves `locked` when another process holds one of the refs at this moment.
 */
export async function runRefTransaction(
  command: GitCommand,
  repositoryPath: string,
  updates: readonly RefUpdate[],
  reason: string,
  clock: Clock,
): Promise<'done' | 'locked'> {
  checkUpdates(updates)
  const message = reason.replace(/[\n\r\0]+/g, ' ').slice(0, REASON_LENGTH_MAX) || 'pintle'
  const args = [
    '-c',
    'core.hooksPath=/dev/null',
    '--git-dir=.',
    'update-ref',
    '-m',
    message,
    '--no-deref',
    '--stdin',
    '-z',
  ]
  const { code, stderr } = await runGit(command, args, {
    clock,
    cwd: repositoryPath,
    input: updates.map(formatUpdate).join(''),
    environment: COMMITTER,
  })
  if (code === 0) return 'done'
  if (/Unable to create '.*\.lock': File exists/.test(stderr)) return 'locked'
  throw refError(stderr, updates)
}

/** Who stands in the reflog. */
const COMMITTER = { GIT_COMMITTER_NAME: 'Pintle', GIT_COMMITTER_EMAIL: 'pintle@localhost' }
const REASON_LENGTH_MAX = 200
const UPDATES_MAX = 10_000
const ZERO_ID = '0'.repeat(40)

function checkUpdates(updates: readonly RefUpdate[]): void {
  if (updates.length > UPDATES_MAX) throw new GitError('too-large', `more than ${UPDATES_MAX} refs in one update`)
  for (const { ref } of updates) {
    if (!isRefName(ref)) throw new GitError('invalid', `"${ref}" is not the full name of a ref`)
  }
}

function formatUpdate({ ref, expected, target }: RefUpdate): string {
  if (target === null && expected === null) return `verify ${ref}\0${ZERO_ID}\0`
  if (target === null) return `delete ${ref}\0${expected}\0`
  return `update ${ref}\0${target}\0${expected ?? ZERO_ID}\0`
}

function refError(stderr: string, updates: readonly RefUpdate[]): Error {
  const ref = updates.find(update => stderr.includes(`'${update.ref}'`))?.ref ?? updates[0]?.ref ?? ''
  if (/but expected|reference already exists|unable to resolve reference|reference is missing/.test(stderr)) {
    return new RefConflict(ref, `${ref} moved meanwhile: ${stderr}`)
  }
  if (/nonexistent object|bad object|missing object/.test(stderr)) return new GitError('missing', stderr)
  if (/non-commit object/.test(stderr)) return new GitError('wrong-type', stderr)
  if (/cannot process .* and .* at the same time|exists; cannot create|multiple updates for ref/.test(stderr)) {
    return new GitError('invalid', stderr)
  }
  return new GitError('unavailable', `${ref} could not be moved: ${stderr}`)
}
