import type { GitRepository, ObjectId, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import type { WalkLimits } from './walk-tree.ts'
import { WALK_LIMITS } from './walk-tree.ts'

/**
 * What differs between two trees, file by file, in path order of each directory. Only directories whose id differs are
 * read. Undefined stands for the empty tree. A file that became a directory shows as its end and the new files' begin.
 */
export async function diffTrees(
  repository: Pick<GitRepository, 'readTree'>,
  before: ObjectId | undefined,
  after: ObjectId | undefined,
  limits: Partial<WalkLimits> = {},
): Promise<readonly TreeChange[]> {
  const { entriesMax, depthMax } = { ...WALK_LIMITS, ...limits }
  const changes: TreeChange[] = []
  await descend(before, after, '', 1)
  return changes

  async function descend(a: ObjectId | undefined, b: ObjectId | undefined, directory: string, depth: number) {
    if (a === b) return
    if (depth > depthMax) throw new GitError('too-large', `${directory}: directories nest deeper than ${depthMax}`)
    const left = a === undefined ? NOTHING : indexByName(await repository.readTree(a))
    const right = b === undefined ? NOTHING : indexByName(await repository.readTree(b))
    for (const name of [...new Set([...left.keys(), ...right.keys()])].sort()) {
      const path = directory === '' ? name : `${directory}/${name}`
      await compare(left.get(name), right.get(name), path, depth)
    }
  }

  async function compare(a: TreeEntry | undefined, b: TreeEntry | undefined, path: string, depth: number) {
    if (a?.id === b?.id && a?.mode === b?.mode) return
    const [fileBefore, fileAfter] = [fileOf(a), fileOf(b)]
    if (fileBefore !== undefined || fileAfter !== undefined) {
      changes.push({ path, ...(fileBefore && { before: fileBefore }), ...(fileAfter && { after: fileAfter }) })
      if (changes.length > entriesMax) throw new GitError('too-large', `${path}: more than ${entriesMax} changes`)
    }
    await descend(directoryOf(a), directoryOf(b), path, depth + 1)
  }
}

export interface TreeChange {
  readonly path: string
  /** Absent: the file is new. */
  readonly before?: TreeEntry
  /** Absent: the file is gone. */
  readonly after?: TreeEntry
}

const NOTHING: ReadonlyMap<string, TreeEntry> = new Map()

function indexByName(entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> {
  return new Map(entries.map(entry => [entry.name, entry]))
}

function fileOf(entry: TreeEntry | undefined): TreeEntry | undefined {
  return entry?.mode === '040000' ? undefined : entry
}

function directoryOf(entry: TreeEntry | undefined): ObjectId | undefined {
  return entry?.mode === '040000' ? entry.id : undefined
}
