import type { Commit, GitRepository, ObjectId } from '../../git/git-repository.ts'
import { CLUSTER_APPLICATION, POLICIES_APPLICATION } from '../source/source-application.ts'

/** Commits between two desired ones that are looked at; a bigger jump counts as one change by its newest commit. */
const JUMP_COMMITS_MAX = 100

export interface Jump {
  /** The newest commit that changed an application's directory, for every application that changed. */
  readonly changedAt: ReadonlyMap<string, ObjectId>
  /** Older commits that changed applications and were never desired by themselves. */
  readonly passedOver: ReadonlyMap<ObjectId, readonly string[]>
}

/** What happened to each application on the way from one desired commit to the next, by first parents. */
export async function observeJump(git: GitRepository, from: ObjectId, to: ObjectId): Promise<Jump> {
  const history = await git.history(to, JUMP_COMMITS_MAX + 1)
  const start = history.findIndex(commit => commit.id === from)
  const commits = start < 0 ? history.slice(0, 1) : history.slice(0, start)
  const base = start < 0 ? from : commits.at(-1)?.parents[0]
  const changedAt = new Map<string, ObjectId>()
  const passedOver = new Map<ObjectId, string[]>()
  let newer: ReadonlyMap<string, ObjectId> | undefined
  for (const [index, commit] of commits.entries()) {
    const now: ReadonlyMap<string, ObjectId> = newer ?? (await readDirectoryIds(git, commit))
    const older = commits[index + 1] ?? (base === undefined ? undefined : await git.readCommit(base))
    const before = older === undefined ? new Map<string, ObjectId>() : await readDirectoryIds(git, older)
    for (const name of new Set([...now.keys(), ...before.keys()])) {
      if (now.get(name) === before.get(name)) continue
      if (!changedAt.has(name)) changedAt.set(name, commit.id)
      else passedOver.set(commit.id, [...(passedOver.get(commit.id) ?? []), name])
    }
    newer = before
  }
  return { changedAt, passedOver }
}

/** The tree of each application's directory. */
async function readDirectoryIds(git: GitRepository, commit: Commit): Promise<ReadonlyMap<string, ObjectId>> {
  const ids = new Map<string, ObjectId>()
  for (const entry of await git.readTree(commit.tree)) {
    if (entry.mode !== '040000') continue
    if (entry.name === CLUSTER_APPLICATION || entry.name === POLICIES_APPLICATION) ids.set(entry.name, entry.id)
    if (entry.name !== 'apps') continue
    for (const app of await git.readTree(entry.id)) if (app.mode === '040000') ids.set(app.name, app.id)
  }
  return ids
}
