import type { Commit, GitRepository, ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'

/**
 * Questions about the graph of commits, answered by parents alone: dates are never trusted. Each walk reads at most
 * COMMITS_WALKED_MAX commits and then fails as `too-large`.
 */
const COMMITS_WALKED_MAX = 1_000_000

type ReadCommit = Pick<GitRepository, 'readCommit'>

/** Breadth first from the descendant, so that a near ancestor is found at once. */
export async function findIsAncestor(
  repository: ReadCommit,
  ancestor: ObjectId,
  descendant: ObjectId,
  commitsMax = COMMITS_WALKED_MAX,
): Promise<boolean> {
  for await (const commit of walkAncestors(repository, descendant, commitsMax)) {
    if (commit.id === ancestor) return true
  }
  return false
}

/** `from` and all its ancestors, each once, nearest first. */
async function* walkAncestors(
  repository: ReadCommit,
  from: ObjectId,
  commitsMax = COMMITS_WALKED_MAX,
): AsyncGenerator<Commit> {
  const seen = new Set([from])
  let ring = [from]
  while (ring.length > 0) {
    const next: ObjectId[] = []
    for (const id of ring) {
      if (seen.size > commitsMax) throw new GitError('too-large', `more than ${commitsMax} commits behind ${from}`)
      const commit = await repository.readCommit(id)
      yield commit
      for (const parent of commit.parents) {
        if (seen.has(parent)) continue
        seen.add(parent)
        next.push(parent)
      }
    }
    ring = next
  }
}

/** `from` and its first parents, newest first. */
export async function readHistory(repository: ReadCommit, from: ObjectId, limit: number): Promise<readonly Commit[]> {
  const commits: Commit[] = []
  for (let id: ObjectId | undefined = from; id !== undefined && commits.length < limit; ) {
    const commit: Commit = await repository.readCommit(id)
    commits.push(commit)
    id = commit.parents[0]
  }
  return commits
}

/** A nearest commit that is an ancestor of both (each counts as its own); undefined when they share none. */
export async function mergeBase(repository: ReadCommit, a: ObjectId, b: ObjectId): Promise<ObjectId | undefined> {
  const left = walkAncestors(repository, a)
  const right = walkAncestors(repository, b)
  const seenLeft = new Set<ObjectId>()
  const seenRight = new Set<ObjectId>()
  for (let steps = 0; steps < COMMITS_WALKED_MAX; steps++) {
    const [fromLeft, fromRight] = [await left.next(), await right.next()]
    if (fromLeft.done && fromRight.done) return undefined
    if (!fromLeft.done) {
      seenLeft.add(fromLeft.value.id)
      if (seenRight.has(fromLeft.value.id)) return fromLeft.value.id
    }
    if (!fromRight.done) {
      seenRight.add(fromRight.value.id)
      if (seenLeft.has(fromRight.value.id)) return fromRight.value.id
    }
  }
  throw new GitError('too-large', `no common ancestor of ${a} and ${b} within ${COMMITS_WALKED_MAX} commits`)
}
