import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import { OBJECT_ID_PATTERN } from './object-format.ts'
import { isRefName } from './ref-name.ts'

/**
 * Reads refs as Git keeps them: a file each, else a line of `packed-refs`. Reading the file first and `packed-refs`
 * afterwards can miss nothing, since `git pack-refs` writes them in the other order. Only reads: refs move through
 * `git update-ref` alone.
 */
export class RefsOnDisk {
  readonly #path: string
  #packed: { readonly stamp: string; readonly refs: ReadonlyMap<string, ObjectId> } | undefined

  constructor(repositoryPath: string) {
    this.#path = repositoryPath
  }

  async read(ref: string): Promise<ObjectId | undefined> {
    if (!isRefName(ref)) return undefined
    return (await this.#readLoose(ref)) ?? (await this.#readPacked()).get(ref)
  }

  /** Names and targets, in name order. */
  async list(prefix: string): Promise<{ ref: string; target: ObjectId }[]> {
    const loose = new Map<string, ObjectId>()
    const start = prefix.startsWith('refs/') ? prefix.slice(0, prefix.lastIndexOf('/')) : 'refs'
    await this.#listLoose(start, prefix, loose, 0)
    const found = new Map([...(await this.#readPacked())].filter(([ref]) => ref.startsWith(prefix)))
    for (const [ref, target] of loose) found.set(ref, target)
    return [...found].map(([ref, target]) => ({ ref, target })).sort((a, b) => (a.ref < b.ref ? -1 : 1))
  }

  async #listLoose(directory: string, prefix: string, found: Map<string, ObjectId>, depth: number): Promise<void> {
    if (depth > REF_DEPTH_MAX) return
    const entries = await readdir(join(this.#path, directory), { withFileTypes: true }).catch(ignoreMissing)
    for (const entry of entries ?? []) {
      const ref = `${directory}/${entry.name}`
      const inside = ref.startsWith(prefix)
      if (entry.isDirectory() && (inside || prefix.startsWith(`${ref}/`) || `${ref}/` === prefix)) {
        await this.#listLoose(ref, prefix, found, depth + 1)
      } else if (inside && entry.isFile() && isRefName(ref)) {
        const target = await this.#readLoose(ref)
        if (target !== undefined) found.set(ref, target)
      }
      if (found.size > REFS_MAX) throw new GitError('too-large', `more than ${REFS_MAX} refs under ${prefix}`)
    }
  }

  async #readLoose(ref: string, depth = 0): Promise<ObjectId | undefined> {
    const text = await readFile(join(this.#path, ref), 'latin1').catch(ignoreMissing)
    if (text === undefined) return undefined
    const line = text.trim()
    if (OBJECT_ID_PATTERN.test(line)) return line
    if (line.startsWith('ref: ') && depth < SYMBOLIC_DEPTH_MAX && isRefName(line.slice(5))) {
      return (await this.#readLoose(line.slice(5), depth + 1)) ?? (await this.#readPacked()).get(line.slice(5))
    }
    throw new GitError('corrupt', `the ref ${ref} is damaged: its file holds no object id`)
  }

  async #readPacked(): Promise<ReadonlyMap<string, ObjectId>> {
    const file = join(this.#path, 'packed-refs')
    const stats = await stat(file, { bigint: true }).catch(ignoreMissing)
    if (stats === undefined) return new Map()
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeNs}`
    if (this.#packed?.stamp === stamp) return this.#packed.refs
    const text = await readFile(file, 'utf8').catch(ignoreMissing)
    const refs = parsePackedRefs(text ?? '')
    this.#packed = { stamp, refs }
    return refs
  }
}

const REF_DEPTH_MAX = 32
const REFS_MAX = 200_000
const SYMBOLIC_DEPTH_MAX = 5

/** Lines `<id> <ref>`; comments start with `#`, peeled tags with `^`. */
function parsePackedRefs(text: string): ReadonlyMap<string, ObjectId> {
  const refs = new Map<string, ObjectId>()
  for (const line of text.split('\n')) {
    if (OBJECT_ID_PATTERN.test(line.slice(0, 40)) && line[40] === ' ') refs.set(line.slice(41), line.slice(0, 40))
  }
  return refs
}

/** A ref that is not there, or that is a directory of refs, is no error. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined
  throw error
}
