import type { Clock } from '../lib/clock.ts'
import { findIsAncestor } from './commit-ancestry.ts'
import type { GitCommand } from './git-command.ts'
import { runGit } from './git-command.ts'
import type { GitRepository, ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'

/**
 * Whether one commit is behind another. Near ones are found through `repository`, whose commits are mostly in memory;
 * farther apart git walks faster, on the index of commits that the nightly maintenance writes.
 */
export async function findFarAncestor(
  repository: Pick<GitRepository, 'readCommit'>,
  ancestor: ObjectId,
  descendant: ObjectId,
  git: FarAncestorGit,
): Promise<boolean> {
  await repository.readCommit(ancestor)
  try {
    return await findIsAncestor(repository, ancestor, descendant, NEAR_COMMITS_MAX)
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'too-large') throw error
    return askGit(ancestor, descendant, git)
  }
}

interface FarAncestorGit {
  readonly command: GitCommand
  readonly repositoryPath: string
  readonly clock: Clock
  /** Where objects are that have not landed. */
  readonly environment?: Readonly<Record<string, string>>
  /** Makes all commits visible to git. */
  readonly flush?: () => Promise<void>
}

const NEAR_COMMITS_MAX = 500

async function askGit(ancestor: ObjectId, descendant: ObjectId, git: FarAncestorGit): Promise<boolean> {
  await git.flush?.()
  const args = [`--git-dir=${git.repositoryPath}`, 'merge-base', '--is-ancestor', ancestor, descendant]
  const { code, stderr } = await runGit(git.command, args, {
    clock: git.clock,
    cwd: '/',
    environment: git.environment ?? {},
  })
  if (code === 0 || code === 1) return code === 0
  throw new GitError('unavailable', `git cannot tell whether ${ancestor} is behind ${descendant}: ${stderr}`)
}
