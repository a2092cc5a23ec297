import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { runGitOrThrow } from './git-command.ts'
import type { DiskGitRepository } from './open-git-repository.ts'
import { removeLeftovers } from './remove-leftovers.ts'

/**
 * Keeps the repository small and quick; Git's own automatic maintenance is off. `light` (say hourly) joins small packs
 * once there are many, in time that grows with what is new. `full` (nightly) also packs refs, forgets old reflog entries
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
  } else if (packsBefore >= PACKS_MIN) {
    await runGitOrThrow(command, ['--git-dir=.', 'repack', '--geometric=2', '-d', '-q'], run)
  } else return { packsBefore, packsAfter: packsBefore }
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
const UNNAMED_AGE = '2.weeks.ago'
const LEFTOVER_AGE_MS = 3_600_000
const TIMEOUT_MS = 30 * 60_000

async function countPacks(path: string): Promise<number> {
  return (await readdir(join(path, 'objects', 'pack'))).filter(name => name.endsWith('.pack')).length
}
