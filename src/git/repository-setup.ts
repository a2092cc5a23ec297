import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { syncPath, writeSynced } from '../lib/durable-file.ts'
import type { GitCommand } from './git-command.ts'
import { runGitOrThrow } from './git-command.ts'
import { GitError } from './git-repository.ts'

/**
 * Creates the bare repository when there is none, and writes our own configuration at each start: whatever a person
 * changed in it is undone, and nothing depends on the machine's or the user's settings.
 */
export async function setUpRepository(setup: RepositorySetup): Promise<void> {
  const { path, command, clock } = setup
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (!(await isRepository(path))) {
    await runGitOrThrow(
      command,
      [
        '-c',
        'core.fsync=all',
        'init',
        '--quiet',
        '--bare',
        '--initial-branch=main',
        '--template=',
        '--object-format=sha1',
        '.',
      ],
      { clock, cwd: path },
    )
  } else await refuseForeignFormat(path)
  await mkdir(join(path, 'logs'), { recursive: true })
  await writeSynced(join(path, 'config'), Buffer.from(repositoryConfig(setup)), 0o644)
  await syncPath(path)
}

export interface RepositorySetup {
  readonly path: string
  /** Where the generated hooks are. */
  readonly hooksPath: string
  readonly command: GitCommand
  readonly clock: Clock
}

/**
 * The largest push, as sent. Well over the largest file that the hook lets in, so that mostly the hook refuses: it names
 * the file and the way out, Git itself only the limit.
 */
const PUSH_BYTES_MAX = 256 * 1024 * 1024
/** From here on a file is streamed, never held in memory whole, and not compared with others. */
const BIG_FILE_BYTES = 8 * 1024 * 1024

function repositoryConfig({ hooksPath }: Pick<RepositorySetup, 'hooksPath'>): string {
  return `# Written by Pintle at each start; changes made here are lost.
[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = all
	fsyncMethod = fsync
	logAllRefUpdates = always
	bigFileThreshold = ${BIG_FILE_BYTES}
	hooksPath = "${hooksPath.replace(/[\\"]/g, '\\$&')}"
	# Two updates of one ref: the second waits this long (ms) instead of failing.
	filesRefLockTimeout = 2000
	packedRefsTimeout = 5000
[receive]
	fsckObjects = true
	maxInputSize = ${PUSH_BYTES_MAX}
	advertisePushOptions = true
	# One pack is two synced files, however many objects a push has.
	unpackLimit = 1
	# Proposals may be rewritten and deleted; the hook refuses both for main, and this the deletion even without it.
	denyDeletes = false
	denyNonFastForwards = false
	denyDeleteCurrent = refuse
	autogc = false
[transfer]
	hideRefs = refs/pintle/keep
	fsckObjects = true
[uploadpack]
	allowFilter = true
[http]
	receivepack = true
	uploadpack = true
	getanyfile = false
[gc]
	auto = 0
# Squashed at will: what it was before is worth nothing.
[gc "refs/heads/pintle/live"]
	reflogExpire = 1.day
	reflogExpireUnreachable = 1.day
[maintenance]
	auto = false
[pack]
	threads = 1
	windowMemory = 32m
`
}

async function isRepository(path: string): Promise<boolean> {
  const head = await stat(join(path, 'HEAD')).catch(() => undefined)
  const objects = await stat(join(path, 'objects')).catch(() => undefined)
  return head !== undefined && objects !== undefined
}

/** Our configuration describes one format: a repository in another must not be overwritten by it. */
async function refuseForeignFormat(path: string): Promise<void> {
  const config = await readFile(join(path, 'config'), 'utf8').catch(() => '')
  const foreign = /objectformat\s*=\s*(?!sha1)\w+|refstorage\s*=\s*(?!files)\w+|partialclone|worktreeconfig/i.exec(
    config,
  )
  if (foreign !== null) {
    throw new GitError(
      'invalid',
      `the repository ${path} has the setting "${foreign[0]}", which Pintle cannot serve: move it away, start again, and push its branches`,
    )
  }
}
