import type { Clock } from '../lib/clock.ts'
import { runGitOrThrow } from './git-command.ts'
import type { DiskGitRepository, Quarantine } from './open-git-repository.ts'
import { quarantineEnvironment } from './open-git-repository.ts'
import type { Push } from './push-gate.ts'

/** No file in the repository may be larger: a server of manifests, not of artefacts. */
export const FILE_BYTES_MAX = 32 * 1024 * 1024

/**
 * A sentence that names a pushed file over FILE_BYTES_MAX, or undefined. The limit on a push counts compressed bytes, so
 * a small push can hold a huge file. Looks only at the objects this push brings.
 */
export async function findOversizedFile(
  repository: DiskGitRepository,
  push: Push,
  quarantine: Quarantine,
  clock: Clock,
): Promise<string | undefined> {
  const { command, path } = repository
  const { stdout } = await runGitOrThrow(
    command,
    [
      '--git-dir=.',
      'cat-file',
      '--batch-all-objects',
      '--unordered',
      '--batch-check=%(objectsize) %(objecttype) %(objectname)',
    ],
    { clock, cwd: path, environment: { GIT_OBJECT_DIRECTORY: quarantine.objectDirectory }, timeoutMs: TIMEOUT_MS },
  )
  const large = stdout
    .toString('latin1')
    .split('\n')
    .map(line => line.split(' '))
    .find(isOversized)
  if (large === undefined) return undefined
  const name = await findName(repository, push, quarantine, clock, large[2]!).catch(() => undefined)
  return `${name ?? `The file with id ${large[2]}`} has ${megabytes(Number(large[0]))} MB; a file here may have ${megabytes(FILE_BYTES_MAX)} MB. Keep it elsewhere (an image, an artefact store), remove it from every commit of this push (git rebase -i), then push again.`
}

const TIMEOUT_MS = 8_000

function isOversized([size, type]: readonly string[]): boolean {
  return type === 'blob' && Number(size) > FILE_BYTES_MAX
}

async function findName(
  repository: DiskGitRepository,
  push: Push,
  quarantine: Quarantine,
  clock: Clock,
  id: string,
): Promise<string | undefined> {
  const tips = push.updates.flatMap(update => update.new ?? [])
  const { stdout } = await runGitOrThrow(repository.command, ['--git-dir=.', 'rev-list', '--objects', '--stdin'], {
    clock,
    cwd: repository.path,
    input: `${[...tips, ...push.updates.flatMap(update => (update.old === undefined ? [] : `^${update.old}`))].join('\n')}\n`,
    environment: quarantineEnvironment(quarantine, repository.path),
    timeoutMs: TIMEOUT_MS,
  })
  const line = stdout
    .toString('utf8')
    .split('\n')
    .find(candidate => candidate.startsWith(`${id} `))
  return line?.slice(41)
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024))
}
