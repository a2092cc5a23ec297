import type { GitRepository, ObjectId, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import { splitPath } from './tree-path.ts'

/**
 * The tree that results from changing files of `base` (undefined: of nothing): new content, an entry that exists already
 * (a file or a whole directory of another commit, for a restore), or null to remove. Only the directories above a change
 * are read and written. A directory left empty goes, as Git keeps none. A file in the way of a directory is replaced.
 */
export async function writeFiles(
  repository: Pick<GitRepository, 'readTree' | 'writeTree' | 'writeBlob'>,
  base: ObjectId | undefined,
  changes: ReadonlyMap<string, FileChange>,
): Promise<ObjectId> {
  const root: Directory = new Map()
  for (const [path, change] of changes) place(root, path, change)
  return (await rewrite(base, root)) ?? repository.writeTree([])

  /** Undefined: nothing is left in it. */
  async function rewrite(tree: ObjectId | undefined, directory: Directory): Promise<ObjectId | undefined> {
    const entries = new Map<string, TreeEntry>()
    if (tree !== undefined) for (const entry of await repository.readTree(tree)) entries.set(entry.name, entry)
    for (const [name, change] of directory) {
      const entry = await rewriteEntry(entries.get(name), name, change)
      if (entry === undefined) entries.delete(name)
      else entries.set(name, entry)
    }
    return entries.size === 0 ? undefined : repository.writeTree([...entries.values()])
  }

  async function rewriteEntry(
    current: TreeEntry | undefined,
    name: string,
    change: FileChange | Directory,
  ): Promise<TreeEntry | undefined> {
    if (change === null) return undefined
    if (change instanceof Map) {
      const below = current?.mode === '040000' ? current.id : undefined
      const id = await rewrite(below, change)
      // Removing what is below a file removes nothing: the file stays.
      if (id === undefined) return current?.mode === '040000' ? undefined : current
      return { mode: '040000', name, id }
    }
    if (!(change instanceof Uint8Array)) return { mode: change.mode, name, id: change.id }
    return { mode: current?.mode === '100755' ? '100755' : '100644', name, id: await repository.writeBlob(change) }
  }
}

/** Content; an existing entry, whose name is ignored; null = remove. */
export type FileChange = Uint8Array | Pick<TreeEntry, 'mode' | 'id'> | null

type Directory = Map<string, FileChange | Directory>

function place(root: Directory, path: string, change: FileChange): void {
  const names = splitPath(path)
  let directory = root
  for (const name of names.slice(0, -1)) {
    const below = directory.get(name) ?? new Map()
    if (!(below instanceof Map)) throw new GitError('invalid', `${path}: "${name}" is changed as a file too`)
    directory.set(name, below)
    directory = below
  }
  const last = names.at(-1)!
  if (directory.has(last)) throw new GitError('invalid', `${path} is changed both as a file and as a directory`)
  directory.set(last, change)
}
