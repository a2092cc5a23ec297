import { findIsAncestor, readHistory } from './commit-ancestry.ts'
import type { GitRepository, ObjectId, RefUpdate, TreeEntry } from './git-repository.ts'
import { GitError, RefConflict } from './git-repository.ts'
import { missing, tooLarge, wrongType } from './object-errors.ts'
import type { GitObject, ObjectType } from './object-format.ts'
import { decodeCommit, decodeTree, encodeCommit, encodeTree, hashObject } from './object-format.ts'
import { isRefName } from './ref-name.ts'

/**
 * The simulator's Git: real object ids, nothing asynchronous but what `faults` awaits. Several repositories may be
 * opened on one storage: the engine's (with faults), a person's (without), and the engine's next life after a crash.
 * As on disk, an object written is visible to others, and survives its writer, only once a ref update made it durable.
 */
export function createMemoryGitRepository(options: MemoryGitOptions = {}): GitRepository {
  const storage = options.storage ?? createMemoryGitStorage()
  const pending = new Map<ObjectId, GitObject>()
  const call = faultyCall(options.faults)

  const readObject = (id: ObjectId, type: ObjectType): GitObject => {
    const object = pending.get(id) ?? storage.objects.get(id)
    if (object === undefined) throw missing(id)
    if (object.type !== type) throw wrongType(id, object.type, type)
    return object
  }
  const writeObject = (object: GitObject): ObjectId => {
    const id = hashObject(object)
    if (!storage.objects.has(id)) pending.set(id, object)
    return id
  }
  const readCommitNow = (id: ObjectId) => decodeCommit(id, readObject(id, 'commit').content)
  const reader = { readCommit: async (id: ObjectId) => readCommitNow(id) }

  return {
    readRef: ref => call('readRef', () => storage.refs.get(ref)),
    listRefs: prefix =>
      call('listRefs', () =>
        [...storage.refs]
          .filter(([ref]) => ref.startsWith(prefix))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([ref, target]) => ({ ref, target })),
      ),
    updateRefs: updates =>
      call('updateRefs', () => {
        for (const [id, object] of pending) storage.objects.set(id, object)
        pending.clear()
        moveRefs(storage, updates)
      }),
    readCommit: id => call('readCommit', () => readCommitNow(id)),
    readTree: id => call('readTree', () => decodeTree(id, readObject(id, 'tree').content)),
    readBlob: (id, bytesMax) =>
      call('readBlob', () => {
        const { content } = readObject(id, 'blob')
        if (content.length > bytesMax) throw tooLarge(id, content.length, bytesMax)
        return content
      }),
    writeBlob: content => call('writeBlob', () => writeObject({ type: 'blob', content: content.slice() })),
    writeTree: (entries: readonly TreeEntry[]) =>
      call('writeTree', () => writeObject({ type: 'tree', content: encodeTree(entries) })),
    writeCommit: commit => call('writeCommit', () => writeObject({ type: 'commit', content: encodeCommit(commit) })),
    isAncestor: (ancestor, descendant) =>
      call('isAncestor', () => {
        readCommitNow(ancestor)
        return findIsAncestor(reader, ancestor, descendant)
      }),
    history: (from, limit) => call('history', () => readHistory(reader, from, limit)),
    onRefsChanged(listener) {
      storage.listeners.add(listener)
      return { close: () => void storage.listeners.delete(listener) }
    },
  }
}

export interface MemoryGitOptions {
  readonly storage?: MemoryGitStorage
  readonly faults?: GitFaults
}

export type GitOperation = Exclude<keyof GitRepository, 'onRefsChanged'>

/**
 * Called around each operation: may wait, throw (a crash, a lost answer) or move refs through another repository on the
 * same storage (a person's push). What `after` throws is thrown although the operation took effect.
 */
interface GitFaults {
  before?(operation: GitOperation): void | Promise<void>
  after?(operation: GitOperation): void | Promise<void>
}

/** What survives a crash. */
export interface MemoryGitStorage {
  readonly objects: Map<ObjectId, GitObject>
  readonly refs: Map<string, ObjectId>
  readonly listeners: Set<() => void>
}

export function createMemoryGitStorage(): MemoryGitStorage {
  return { objects: new Map(), refs: new Map(), listeners: new Set() }
}

function faultyCall(faults: GitFaults | undefined) {
  return async <Result>(operation: GitOperation, effect: () => Result | Promise<Result>): Promise<Result> => {
    await faults?.before?.(operation)
    const result = await effect()
    await faults?.after?.(operation)
    return result
  }
}

function moveRefs(storage: MemoryGitStorage, updates: readonly RefUpdate[]): void {
  for (const update of updates) checkUpdate(storage, update)
  checkNames(storage, updates)
  for (const { ref, target } of updates) {
    if (target === null) storage.refs.delete(ref)
    else storage.refs.set(ref, target)
  }
  for (const listener of [...storage.listeners]) listener()
}

function checkUpdate({ objects, refs }: MemoryGitStorage, { ref, expected, target }: RefUpdate): void {
  if (!isRefName(ref)) throw new GitError('invalid', `"${ref}" is not the full name of a ref`)
  const current = refs.get(ref) ?? null
  if (current !== expected) throw new RefConflict(ref, conflictMessage(ref, current, expected))
  if (target === null) return
  const type = objects.get(target)?.type
  if (type === undefined) throw missing(target)
  if (ref.startsWith('refs/heads/') && type !== 'commit') {
    throw new GitError('wrong-type', `${ref} cannot point to ${target}: it is a ${type}, not a commit`)
  }
}

/** A ref is a file or a directory, never both; and one transaction moves a ref once. */
function checkNames({ refs }: MemoryGitStorage, updates: readonly RefUpdate[]): void {
  const after = new Set(refs.keys())
  for (const { ref, target } of updates) {
    if (target === null) after.delete(ref)
    else after.add(ref)
  }
  if (new Set(updates.map(update => update.ref)).size !== updates.length) {
    throw new GitError('invalid', 'one ref update names the same ref twice')
  }
  for (const { ref } of updates) {
    const clash = [...after].find(other => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`))
    if (after.has(ref) && clash !== undefined) throw new GitError('invalid', `${ref} cannot exist beside ${clash}`)
  }
}

function conflictMessage(ref: string, current: ObjectId | null, expected: ObjectId | null): string {
  return `${ref} is at ${current ?? 'nothing'}, not at ${expected ?? 'nothing'}: it moved meanwhile`
}
