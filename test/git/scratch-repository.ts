import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { commitOnRef } from '../../src/git/commit-on-ref.ts'
import type { GitRepository, ObjectId } from '../../src/git/git-repository.ts'
import type { DiskGitRepository } from '../../src/git/open-git-repository.ts'
import { openGitRepository } from '../../src/git/open-git-repository.ts'
import { writeFiles } from '../../src/git/write-files.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'

export const RUNTIME = { clock: systemClock, log: silentLogger }
export const AUTHOR = { name: 'Ada', email: 'ada@example.com', timestamp: 1_700_000_000, offsetMinutes: 0 }
export const MAIN = 'refs/heads/main'

/** An empty repository on disk, removed at the end of the test. */
export async function scratchRepository(t: ExecutionContext): Promise<DiskGitRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'pintle-repository-'))
  const repository = await openGitRepository({ path: join(folder, 'cluster.git'), ...RUNTIME })
  t.teardown(async () => {
    await repository.close()
    await rm(folder, { recursive: true, force: true })
  })
  return repository
}

/** Commits files to a ref; the new tip. */
export async function commitFiles(
  repository: GitRepository,
  files: Record<string, string | null>,
  ref = MAIN,
): Promise<ObjectId> {
  const changes = Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)] as const)
  const { commit } = await commitOnRef(repository, {
    ref,
    author: AUTHOR,
    message: 'Files',
    makeTree: tip => writeFiles(repository, tip?.tree, new Map(changes)),
  })
  return commit!
}

/** Polls until `isTrue`; false when it is not within `limitMs`. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, limitMs = 5_000): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; ) {
    if (await isTrue()) return true
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return isTrue()
}
