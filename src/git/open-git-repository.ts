import { mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { sleep } from '../lib/clock.ts'
import { syncPath } from '../lib/durable-file.ts'
import type { Logger } from '../lib/log.ts'
import type { Offload } from '../lib/offload.ts'
import { inlineOffload } from '../lib/offload.ts'
import { readHistory } from './commit-ancestry.ts'
import { findFarAncestor } from './far-ancestor.ts'
import type { GitCommand } from './git-command.ts'
import { checkGitVersion, gitCommand, runGit } from './git-command.ts'
import type { Commit, GitRepository, NewCommit, ObjectId, RefUpdate, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import { tooLarge, wrongType } from './object-errors.ts'
import type { GitObject, ObjectType } from './object-format.ts'
import {
  COMMIT_BYTES_MAX,
  decodeCommit,
  decodeTree,
  encodeCommit,
  encodeTree,
  OBJECT_ID_PATTERN,
  TREE_BYTES_MAX,
} from './object-format.ts'
import { ObjectReader } from './object-reader.ts'
import { ObjectWriter } from './object-writer.ts'
import { RefTransactions } from './ref-transactions.ts'
import { RefsOnDisk } from './refs-on-disk.ts'
import { watchRefs } from './refs-watcher.ts'
import { removeLeftovers, removeStaleRefLocks } from './remove-leftovers.ts'
import { setUpRepository } from './repository-setup.ts'
import { WeightedCache } from './weighted-cache.ts'

/** Opens the bare repository at `path`: creates it, rewrites its configuration, clears what a crash left. */
export async function openGitRepository(options: GitRepositoryOptions): Promise<DiskGitRepository> {
  const { clock, log } = options
  await mkdir(options.path, { recursive: true, mode: 0o700 })
  const path = await realpath(options.path)
  const command = gitCommand(path, options.gitBinary)
  await removeLeftovers(path, { clock, log, ageMs: START_AGE_MS })
  await checkGitVersion(command, { clock, cwd: path })
  await setUpRepository({ path, hooksPath: options.hooksPath ?? join(dirname(path), 'hooks'), command, clock })
  return new DiskGitRepository({ ...options, path, command })
}

export interface GitRepositoryOptions {
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
  /** Where big packs are deflated; on the caller's thread when left out. */
  readonly offload?: Offload
  /** Folder of the generated hooks; `hooks` beside the repository when left out. */
  readonly hooksPath?: string
  readonly gitBinary?: string
}

export class DiskGitRepository implements GitRepository {
  readonly path: string
  readonly command: GitCommand
  readonly #clock: Clock
  readonly #log: Logger
  readonly #refs: RefsOnDisk
  readonly #reader: ObjectReader
  readonly #writer: ObjectWriter
  readonly #transactions: RefTransactions
  readonly #commits = new WeightedCache<ObjectId, Commit>(COMMITS_CACHED_BYTES)
  readonly #trees = new WeightedCache<ObjectId, readonly TreeEntry[]>(TREES_CACHED_ENTRIES)
  readonly #listeners = new Set<() => void>()
  #watcher: { close(): Promise<void> } | undefined
  #turn: Promise<unknown> = Promise.resolve()

  /** Use openGitRepository. */
  constructor(options: DiskGitOptions) {
    this.path = options.path
    this.command = options.command
    this.#clock = options.clock
    this.#log = options.log
    const git = { command: options.command, repositoryPath: options.path, clock: options.clock }
    this.#refs = new RefsOnDisk(options.path)
    this.#reader = new ObjectReader(git)
    this.#writer = new ObjectWriter(options.path, options.offload ?? inlineOffload)
    this.#transactions = new RefTransactions(git)
  }

  readRef(ref: string): Promise<ObjectId | undefined> {
    return this.#refs.read(ref)
  }

  listRefs(prefix: string): Promise<readonly { readonly ref: string; readonly target: ObjectId }[]> {
    return this.#refs.list(prefix)
  }

  async updateRefs(updates: readonly RefUpdate[], reason: string): Promise<void> {
    if (updates.length === 0) return
    await this.exclusively(async () => {
      await this.#writer.flush()
      await this.#moveRefs(updates)
      await this.#syncRefs(updates)
    })
    this.#log.log('debug', 'moved refs', { reason, refs: updates.map(update => update.ref) })
    this.#notify()
  }

  async readCommit(id: ObjectId): Promise<Commit> {
    const cached = this.#commits.get(id)
    if (cached !== undefined) return cached
    return this.#keepCommit(id, (await this.#read(id, 'commit', COMMIT_BYTES_MAX)).content)
  }

  async readTree(id: ObjectId): Promise<readonly TreeEntry[]> {
    const cached = this.#trees.get(id)
    if (cached !== undefined) return cached
    return this.#keepTree(id, (await this.#read(id, 'tree', TREE_BYTES_MAX)).content)
  }

  async readBlob(id: ObjectId, bytesMax: number): Promise<Uint8Array> {
    return (await this.#read(id, 'blob', bytesMax)).content
  }

  writeBlob(content: Uint8Array): Promise<ObjectId> {
    return this.#write({ type: 'blob', content: content.slice() })
  }

  async writeTree(entries: readonly TreeEntry[]): Promise<ObjectId> {
    const content = encodeTree(entries)
    const id = await this.#write({ type: 'tree', content })
    this.#keepTree(id, content)
    return id
  }

  async writeCommit(commit: NewCommit): Promise<ObjectId> {
    const content = encodeCommit(commit)
    const id = await this.#write({ type: 'commit', content })
    this.#keepCommit(id, content)
    return id
  }

  isAncestor(ancestor: ObjectId, descendant: ObjectId): Promise<boolean> {
    return findFarAncestor(this, ancestor, descendant, {
      command: this.command,
      repositoryPath: this.path,
      clock: this.#clock,
      flush: () => this.exclusively(() => this.#writer.flush()),
    })
  }

  history(from: ObjectId, limit: number): Promise<readonly Commit[]> {
    return readHistory(this, from, limit)
  }

  onRefsChanged(listener: () => void): { close(): void } {
    this.#listeners.add(listener)
    const { path } = this
    this.#watcher ??= watchRefs({ path, clock: this.#clock, log: this.#log, onChange: () => this.#notify() })
    return { close: () => void this.#listeners.delete(listener) }
  }

  /** Runs `work` while no ref update of ours runs: for what may delete or replace objects. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }

  /** After packs were replaced: the lasting processes look anew. */
  async restartProcesses(): Promise<void> {
    this.#reader.restart()
    await this.exclusively(async () => this.#transactions.close())
  }

  async close(): Promise<void> {
    await this.#turn
    this.#reader.close()
    await this.#transactions.close()
    this.#listeners.clear()
    await this.#watcher?.close()
  }

  #keepCommit(id: ObjectId, content: Uint8Array): Commit {
    const commit = decodeCommit(id, content)
    this.#commits.set(id, commit, content.length + COMMIT_BYTES_OVERHEAD)
    return commit
  }

  #keepTree(id: ObjectId, content: Uint8Array): readonly TreeEntry[] {
    const entries = decodeTree(id, content)
    this.#trees.set(id, entries, entries.length + 1)
    return entries
  }

  async #read(id: ObjectId, type: ObjectType, bytesMax: number): Promise<GitObject> {
    if (!OBJECT_ID_PATTERN.test(id)) throw new GitError('invalid', `"${id}" is not an object id`)
    const object =
      this.#writer.get(id) ?? (await this.#reader.read(id, bytesMax).catch(error => this.#explainMissing(id, error)))
    if (object.type !== type) throw wrongType(id, object.type, type)
    if (object.content.length > bytesMax) {
      throw tooLarge(id, object.content.length, bytesMax)
    }
    return object
  }

  /** A damaged object is `missing` to cat-file too, but then git complains: unknown is not absent. */
  async #explainMissing(id: ObjectId, error: unknown): Promise<never> {
    if (!(error instanceof GitError) || error.code !== 'missing') throw error
    const run = { clock: this.#clock, cwd: '/', input: `${id}\n` }
    const { stderr } = await runGit(this.command, [`--git-dir=${this.path}`, 'cat-file', '--batch'], run)
    if (/^error:|corrupt/m.test(stderr)) throw new GitError('corrupt', `object ${id} is damaged: ${stderr}`)
    throw error
  }

  async #write(object: GitObject): Promise<ObjectId> {
    const id = this.#writer.add(object)
    if (this.#writer.isFull) await this.exclusively(() => this.#writer.flush())
    return id
  }

  async #moveRefs(updates: readonly RefUpdate[]): Promise<void> {
    let left = updates
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#transactions.run(left)
      if (outcome === 'done') return
      if (outcome === 'unknown') left = await this.#notMoved(left)
      if (left.length === 0) return
      if (attempt >= MOVE_ATTEMPTS_MAX) throw new GitError('unavailable', outcome === 'locked' ? LOCKED : GONE)
      // When our own git went away, its locks are as young as they are nobody's.
      const options = { clock: this.#clock, log: this.#log, ageMs: outcome === 'unknown' ? 0 : STALE_LOCK_MS }
      await removeLeftovers(this.path, options)
      const refs = left.map(update => update.ref)
      await removeStaleRefLocks(this.path, refs, options)
      await sleep(this.#clock, LOCKED_WAIT_MS)
    }
  }

  /** After git went away in the middle, when some refs may have moved. One that is elsewhere fails the next attempt. */
  async #notMoved(updates: readonly RefUpdate[]): Promise<readonly RefUpdate[]> {
    const now = await Promise.all(updates.map(({ ref }) => this.#refs.read(ref)))
    return updates.filter(({ target }, index) => target !== (now[index] ?? null))
  }

  /** Git syncs a ref's file (since 2.36), but not the folder that names it. Deleted ones are gone, maybe with theirs. */
  async #syncRefs(updates: readonly RefUpdate[]): Promise<void> {
    const paths = new Set(updates.flatMap(({ ref }) => [ref, dirname(ref)]))
    for (const path of paths) await syncPath(join(this.path, path)).catch(() => {})
    await syncPath(this.path)
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

interface DiskGitOptions extends GitRepositoryOptions {
  readonly command: GitCommand
}

/** What a parsed commit weighs beside its text. */
const COMMIT_BYTES_OVERHEAD = 500
const COMMITS_CACHED_BYTES = 8 * 1024 * 1024
const TREES_CACHED_ENTRIES = 200_000
const MOVE_ATTEMPTS_MAX = 5
const LOCKED_WAIT_MS = 200
const STALE_LOCK_MS = 1_000
/** At start: what another process wrote just now may still be at work. */
const START_AGE_MS = 1_000
const GONE = 'git update-ref ended again and again without an answer'
const LOCKED =
  'another git process holds the lock of a ref and does not let go; look for *.lock files in the repository'
