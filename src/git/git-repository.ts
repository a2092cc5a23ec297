/**
 * A bare Git repository as the engine sees it: objects are content-addressed and immutable, every ref moves through one
 * compare-and-set. Two implementations pass one suite (`test/conformance/git`): the one on disk (isomorphic-git for
 * objects, system git for refs and bulk reads) and the simulator's object store.
 */
export interface GitRepository {
  /** The commit or tag a full ref name (`refs/heads/main`) points to; undefined when there is none. */
  readRef(ref: string): Promise<ObjectId | undefined>
  /** Full names and targets of all refs that start with `prefix`, in name order. */
  listRefs(prefix: string): Promise<readonly { readonly ref: string; readonly target: ObjectId }[]>
  /**
   * Moves refs, all or none. The objects they name are durable before the refs move. Rejects with RefConflict when a
   * ref does not point where `expected` says.
   */
  updateRefs(updates: readonly RefUpdate[], reason: string): Promise<void>
  readCommit(id: ObjectId): Promise<Commit>
  /** Entries of one tree object, in Git's order. */
  readTree(id: ObjectId): Promise<readonly TreeEntry[]>
  /** Whole content; rejects with GitError `too-large` over `bytesMax`. */
  readBlob(id: ObjectId, bytesMax: number): Promise<Uint8Array>
  /** Writers return the id; writing what exists already is free. */
  writeBlob(content: Uint8Array): Promise<ObjectId>
  writeTree(entries: readonly TreeEntry[]): Promise<ObjectId>
  writeCommit(commit: NewCommit): Promise<ObjectId>
  /** True when `ancestor` is `descendant` or one of its ancestors. */
  isAncestor(ancestor: ObjectId, descendant: ObjectId): Promise<boolean>
  /** `from` and its ancestors by first parent, newest first, at most `limit`. */
  history(from: ObjectId, limit: number): Promise<readonly Commit[]>
  /** Calls `listener` soon after any ref may have moved, by whatever road. A hint: read the refs again. */
  onRefsChanged(listener: () => void): { close(): void }
}

/** 40 lower-case hexadecimal digits. */
export type ObjectId = string

export interface RefUpdate {
  readonly ref: string
  /** Where it must point now; null = must not exist. */
  readonly expected: ObjectId | null
  /** Where it shall point; null = delete. */
  readonly target: ObjectId | null
}

export interface TreeEntry {
  /** `100644` file, `100755` executable, `120000` symbolic link, `040000` tree, `160000` submodule. */
  readonly mode: '100644' | '100755' | '120000' | '040000' | '160000'
  readonly name: string
  readonly id: ObjectId
}

export interface Signature {
  readonly name: string
  readonly email: string
  /** Seconds since the Unix epoch. */
  readonly timestamp: number
  /** Minutes east of UTC. */
  readonly offsetMinutes: number
}

export interface Commit {
  readonly id: ObjectId
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
}

export interface NewCommit {
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly author: Signature
  readonly committer?: Signature
  readonly message: string
}

/** A ref moved meanwhile: read it again, redo the work on the new tip, retry. */
export class RefConflict extends Error {
  override readonly name = 'RefConflict'
  readonly ref: string

  constructor(ref: string, message: string) {
    super(message)
    this.ref = ref
  }
}

/** `invalid`: what was asked for cannot exist in Git (a malformed ref name, a file below a file). */
export type GitErrorCode = 'missing' | 'corrupt' | 'too-large' | 'wrong-type' | 'invalid' | 'unavailable'

export class GitError extends Error {
  override readonly name = 'GitError'
  readonly code: GitErrorCode

  constructor(code: GitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
