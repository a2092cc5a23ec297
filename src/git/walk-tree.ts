import type { GitRepository, ObjectId, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'

/**
 * Every entry below a tree that is not itself a tree (files, symbolic links, submodules), in Git's order. `enter`
 * decides for each directory, by path and id, whether it is read at all: a subtree known by its id costs nothing.
 * Over a limit it fails as `too-large`, naming the limit and the place.
 */
export async function* walkTree(
  repository: Pick<GitRepository, 'readTree'>,
  tree: ObjectId,
  options: WalkOptions = {},
): AsyncGenerator<WalkedEntry> {
  const limits = { ...WALK_LIMITS, ...options.limits }
  const counted = { entries: 0, pathBytes: 0 }
  yield* walkBelow(tree, '', 1)

  async function* walkBelow(id: ObjectId, directory: string, depth: number): AsyncGenerator<WalkedEntry> {
    if (depth > limits.depthMax) throw tooBig(directory, `directories nest deeper than ${limits.depthMax}`)
    for (const entry of await repository.readTree(id)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      counted.entries++
      counted.pathBytes += path.length
      if (counted.entries > limits.entriesMax)
        throw tooBig(path, `more than ${limits.entriesMax} files and directories`)
      if (counted.pathBytes > limits.pathBytesMax) throw tooBig(path, `paths of more than ${limits.pathBytesMax} bytes`)
      if (entry.mode !== '040000') yield { path, entry }
      else if (options.enter?.(path, entry) ?? true) yield* walkBelow(entry.id, path, depth + 1)
    }
  }
}

export interface WalkedEntry {
  readonly path: string
  readonly entry: TreeEntry
}

export interface WalkOptions {
  readonly limits?: Partial<WalkLimits>
  /** False: do not read this directory. */
  readonly enter?: (path: string, directory: TreeEntry) => boolean
}

export interface WalkLimits {
  readonly entriesMax: number
  readonly depthMax: number
  /** Of all paths together. */
  readonly pathBytesMax: number
}

export const WALK_LIMITS: WalkLimits = { entriesMax: 100_000, depthMax: 64, pathBytesMax: 16 * 1024 * 1024 }

function tooBig(path: string, limit: string): GitError {
  return new GitError('too-large', `${path.slice(0, 200)}: ${limit}`)
}
