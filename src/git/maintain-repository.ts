import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { runGitOrThrow } from './git-command.ts'
import type { DiskGitRepository } from './open-git-repository.ts'
import { KEEP_REF_PREFIX } from './ref-name.ts'
import { removeLeftovers } from './remove-leftovers.ts'

/**
 * Keeps the repository small and quick; Git's own automatic maintenance is off. `light` (say hourly) joins small packs
 * and loose objects once there are many, in time that grows with what is
 * new. `full` (nightly) also packs refs, forgets old reflog entries
 * and deletes objects that nothing has named for two weeks. Neither blocks readers, commits or pushes: whoever writes an
 * object writes it again instead of relying on one that may be about to go.
 */
export async function maintainRepository(
  repository: DiskGitRepository,
  depth: 'light' | 'full',
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Maintenance> {
  const { command, path } = repository
  const begun = clock.monotonic()
  const packsBefore = await countPacks(path)
  const run = { clock, cwd: path, timeoutMs: TIMEOUT_MS }
  await removeLeftovers(path, { clock, log, ageMs: LEFTOVER_AGE_MS })
  if (depth === 'full') {
    await runGitOrThrow(command, ['--git-dir=.', 'gc', '--quiet', `--prune=${UNNAMED_AGE}`], run)
  } else {
    const joins = packsBefore >= PACKS_MIN || (await guessLooseObjects(path)) >= LOOSE_OBJECTS_MIN
    const packsRefs = (await countFiles(join(path, KEEP_REF_PREFIX))) >= LOOSE_REFS_MIN
    if (joins) await runGitOrThrow(command, ['--git-dir=.', 'repack', '--geometric=2', '-d', '-q'], run)
    if (packsRefs) await runGitOrThrow(command, ['--git-dir=.', 'pack-refs', '--all', '--prune'], run)
    if (!joins && !packsRefs) return { packsBefore, packsAfter: packsBefore }
  }
  await repository.restartProcesses()
  const result = { packsBefore, packsAfter: await countPacks(path) }
  log.log('info', 'maintained the repository', { depth, ...result, tookMs: Math.round(clock.monotonic() - begun) })
  return result
}

export interface Maintenance {
  readonly packsBefore: number
  readonly packsAfter: number
}

const PACKS_MIN = 40
const LOOSE_OBJECTS_MIN = 2_000
const LOOSE_REFS_MIN = 500
const UNNAMED_AGE = '2.weeks.ago'
const LEFTOVER_AGE_MS = 3_600_000
const TIMEOUT_MS = 30 * 60_000

async function countPacks(path: string): Promise<number> {
  return (await readdir(join(path, 'objects', 'pack')).catch(() => [])).filter(name => name.endsWith('.pack')).length
}

/** Ids are spread evenly over 256 folders: one of them tells, as git itself does it. */
async function guessLooseObjects(path: string): Promise<number> {
  return (await countFiles(join(path, 'objects', '17'))) * 256
}

async function countFiles(folder: string): Promise<number> {
  return (await readdir(folder).catch(() => [])).length
}
