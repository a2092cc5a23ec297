import type { Commit, GitRepository, ObjectId, Signature } from './git-repository.ts'
import { GitError, RefConflict } from './git-repository.ts'

/**
 * Adds a commit to a ref by compare-and-set. When somebody else moved the ref meanwhile, the whole work is done again
 * on the new tip, at most `attempts` times (then the last RefConflict is thrown): nothing of theirs is ever lost.
 * Without a change to the tree there is no commit.
 */
export async function commitOnRef(repository: GitRepository, work: CommitOnRef): Promise<CommitOnRefResult> {
  const attempts = work.attempts ?? COMMIT_ATTEMPTS
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOnce(repository, work)
    } catch (error) {
      if (!(error instanceof RefConflict) || attempt >= attempts) throw error
    }
  }
}

const COMMIT_ATTEMPTS = 10

export interface CommitOnRef {
  /** Full name, e.g. `refs/heads/main`. It is created when it does not exist. */
  readonly ref: string
  /** The wanted tree, given the present tip (undefined: no ref yet). Undefined: there is nothing to do (any more). */
  readonly makeTree: (tip: Commit | undefined) => Promise<ObjectId | undefined>
  readonly message: string | ((tip: Commit | undefined) => string)
  readonly author: Signature
  readonly committer?: Signature
  /** Commits even when the tree is the tip's own. */
  readonly allowEmpty?: boolean
  readonly attempts?: number
}

export interface CommitOnRefResult {
  /** The ref's tip now; undefined when it does not exist and nothing was to do. */
  readonly commit: ObjectId | undefined
  /** False: nothing was to do. */
  readonly changed: boolean
}

async function commitOnce(repository: GitRepository, work: CommitOnRef): Promise<CommitOnRefResult> {
  const tipId = await repository.readRef(work.ref)
  const tip = tipId === undefined ? undefined : await repository.readCommit(tipId)
  const tree = await work.makeTree(tip)
  if (tree === undefined || (tree === tip?.tree && work.allowEmpty !== true)) return { commit: tipId, changed: false }
  const message = typeof work.message === 'string' ? work.message : work.message(tip)
  if (message.trim() === '') throw new GitError('invalid', 'a commit needs a message')
  const commit = await repository.writeCommit({
    tree,
    parents: tipId === undefined ? [] : [tipId],
    author: work.author,
    ...(work.committer === undefined ? {} : { committer: work.committer }),
    message,
  })
  await repository.updateRefs([{ ref: work.ref, expected: tipId ?? null, target: commit }], firstLine(message))
  return { commit, changed: true }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!
}
