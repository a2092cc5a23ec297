import type { GitRepository, ObjectId, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import { isTreeEntryName } from './object-format.ts'

/** Paths inside a tree: names joined by `/`, no leading or trailing slash, nothing that could lead out of the tree. */
const PATH_DEPTH_MAX = 64
const PATH_LENGTH_MAX = 4_096

/** The names of a path; GitError `invalid` when no tree can hold it. */
export function splitPath(path: string): readonly string[] {
  const names = path.split('/')
  if (path.length > PATH_LENGTH_MAX || names.length > PATH_DEPTH_MAX || !names.every(isTreeEntryName)) {
    throw new GitError('invalid', `"${path.slice(0, 200)}" cannot be a path in Git`)
  }
  return names
}

/** The entry at `path`; undefined when there is none. Symbolic links are entries, never followed. */
export async function readPath(
  repository: Pick<GitRepository, 'readTree'>,
  tree: ObjectId,
  path: string,
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry | undefined
  let current: ObjectId | undefined = tree
  for (const name of splitPath(path)) {
    if (current === undefined) return undefined
    const entries: readonly TreeEntry[] = await repository.readTree(current)
    entry = entries.find(candidate => candidate.name === name)
    current = entry?.mode === '040000' ? entry.id : undefined
    if (entry === undefined) return undefined
  }
  return entry
}

/** Content of the file at `path`; undefined when there is none or it is no file. */
export async function readFileAt(
  repository: Pick<GitRepository, 'readTree' | 'readBlob'>,
  tree: ObjectId,
  path: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const entry = await readPath(repository, tree, path)
  return entry?.mode === '100644' || entry?.mode === '100755' ? repository.readBlob(entry.id, bytesMax) : undefined
}
