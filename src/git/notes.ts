import { commitOnRef } from './commit-on-ref.ts'
import type { GitRepository, ObjectId, Signature, TreeEntry } from './git-repository.ts'
import { NOTES_REF } from './ref-name.ts'
import { readPath } from './tree-path.ts'
import type { FileChange } from './write-files.ts'
import { writeFiles } from './write-files.ts'

/**
 * Notes on commits, as `git log --notes=pintle` shows them: a tree whose files are named by the noted commit's id, with
 * the first digits as directories once there are many (`ab/cdef...`). Git reads either form; what is there is found
 * where it is, what is new goes into one level of directories.
 */
export async function readNote(repository: GitRepository, commit: ObjectId): Promise<string | undefined> {
  const tip = await repository.readRef(NOTES_REF)
  if (tip === undefined) return undefined
  const { tree } = await repository.readCommit(tip)
  const place = await findNote(repository, tree, commit)
  return place && Buffer.from(await repository.readBlob(place.entry.id, NOTE_BYTES_MAX)).toString('utf8')
}

/** Adds or replaces (undefined: removes) notes, all in one commit. A note equal to what is there changes nothing. */
export async function writeNotes(
  repository: GitRepository,
  notes: ReadonlyMap<ObjectId, string | undefined>,
  author: Signature,
): Promise<void> {
  await commitOnRef(repository, {
    ref: NOTES_REF,
    author,
    message: `Notes for ${notes.size === 1 ? [...notes.keys()][0] : `${notes.size} commits`}`,
    async makeTree(tip) {
      const changes = new Map<string, FileChange>()
      for (const [commit, text] of notes) {
        const place = tip && (await findNote(repository, tip.tree, commit))
        if (text === undefined && place !== undefined) changes.set(place.path, null)
        if (text !== undefined) changes.set(place?.path ?? fanOut(commit, 1), noteContent(text))
      }
      return changes.size === 0 ? tip?.tree : writeFiles(repository, tip?.tree, changes)
    },
  })
}

const NOTE_BYTES_MAX = 256 * 1024
const FAN_OUT_MAX = 3

function noteContent(text: string): Uint8Array {
  const content = Buffer.from(text.endsWith('\n') ? text : `${text}\n`)
  if (content.length > NOTE_BYTES_MAX) throw new RangeError(`a note is limited to ${NOTE_BYTES_MAX} bytes`)
  return content
}

async function findNote(
  repository: GitRepository,
  tree: ObjectId,
  commit: ObjectId,
): Promise<{ path: string; entry: TreeEntry } | undefined> {
  for (const levels of [1, 0, 2, FAN_OUT_MAX]) {
    const path = fanOut(commit, levels)
    const entry = await readPath(repository, tree, path)
    if (entry?.mode === '100644') return { path, entry }
  }
  return undefined
}

function fanOut(commit: ObjectId, levels: number): string {
  const directories = Array.from({ length: levels }, (_, level) => commit.slice(level * 2, level * 2 + 2))
  return [...directories, commit.slice(levels * 2)].join('/')
}
