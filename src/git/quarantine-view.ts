import type { Clock } from '../lib/clock.ts'
import { readHistory } from './commit-ancestry.ts'
import { findFarAncestor } from './far-ancestor.ts'
import type { Commit, GitRepository, ObjectId, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import { tooLarge, wrongType } from './object-errors.ts'
import type { GitObject, ObjectType } from './object-format.ts'
import { COMMIT_BYTES_MAX, decodeCommit, decodeTree, TREE_BYTES_MAX } from './object-format.ts'
import { ObjectReader } from './object-reader.ts'
import type { DiskGitRepository } from './open-git-repository.ts'
import { readQuarantinedObjects } from './quarantined-objects.ts'

/** The objects of a push before it lands: a folder inside the repository's `objects`. */
export interface Quarantine {
  readonly objectDirectory: string
}

/**
 * The repository as it will be if a push lands: a read-only view that sees the push's quarantined objects too. A small
 * push is read into memory and everything else comes from the repository; for a large one git reads both.
 */
export async function openQuarantineView(
  landed: DiskGitRepository,
  quarantine: Quarantine,
  clock: Clock,
): Promise<QuarantineView> {
  const environment = quarantineEnvironment(quarantine, landed.path)
  const objects = await readQuarantinedObjects(quarantine.objectDirectory)
  const source: PushedObjects =
    objects === undefined
      ? new ObjectReader({ command: landed.command, repositoryPath: landed.path, clock, environment })
      : { read: async id => objects.get(id), close: () => {} }
  return new QuarantineView(landed, source, environment, clock)
}

/** Undefined: not one of the push's; the repository has it, or nobody. */
interface PushedObjects {
  read(id: ObjectId, bytesMax: number): Promise<GitObject | undefined>
  close(): void
}

class QuarantineView implements GitRepository {
  readonly #landed: DiskGitRepository
  readonly #pushed: PushedObjects
  readonly #environment: Readonly<Record<string, string>>
  readonly #clock: Clock

  constructor(
    landed: DiskGitRepository,
    pushed: PushedObjects,
    environment: Readonly<Record<string, string>>,
    clock: Clock,
  ) {
    this.#landed = landed
    this.#pushed = pushed
    this.#environment = environment
    this.#clock = clock
  }

  readRef(ref: string): Promise<ObjectId | undefined> {
    return this.#landed.readRef(ref)
  }

  listRefs(prefix: string): Promise<readonly { readonly ref: string; readonly target: ObjectId }[]> {
    return this.#landed.listRefs(prefix)
  }

  async readCommit(id: ObjectId): Promise<Commit> {
    const object = await this.#find(id, 'commit', COMMIT_BYTES_MAX)
    return object === undefined ? this.#landed.readCommit(id) : decodeCommit(id, object.content)
  }

  async readTree(id: ObjectId): Promise<readonly TreeEntry[]> {
    const object = await this.#find(id, 'tree', TREE_BYTES_MAX)
    return object === undefined ? this.#landed.readTree(id) : decodeTree(id, object.content)
  }

  async readBlob(id: ObjectId, bytesMax: number): Promise<Uint8Array> {
    const object = await this.#find(id, 'blob', bytesMax)
    return object === undefined ? this.#landed.readBlob(id, bytesMax) : object.content
  }

  async isAncestor(ancestor: ObjectId, descendant: ObjectId): Promise<boolean> {
    return findFarAncestor(this, ancestor, descendant, {
      command: this.#landed.command,
      repositoryPath: this.#landed.path,
      clock: this.#clock,
      environment: this.#environment,
    })
  }

  history(from: ObjectId, limit: number): Promise<readonly Commit[]> {
    return readHistory(this, from, limit)
  }

  onRefsChanged(listener: () => void): { close(): void } {
    return this.#landed.onRefsChanged(listener)
  }

  updateRefs(): Promise<never> {
    return refuse()
  }

  writeBlob(): Promise<never> {
    return refuse()
  }

  writeTree(): Promise<never> {
    return refuse()
  }

  writeCommit(): Promise<never> {
    return refuse()
  }

  close(): void {
    this.#pushed.close()
  }

  async #find(id: ObjectId, type: ObjectType, bytesMax: number): Promise<GitObject | undefined> {
    const object = await this.#pushed.read(id, bytesMax)
    if (object === undefined) return undefined
    if (object.type !== type) throw wrongType(id, object.type, type)
    if (object.content.length > bytesMax) throw tooLarge(id, object.content.length, bytesMax)
    return object
  }
}

async function refuse(): Promise<never> {
  throw new GitError('invalid', 'a push that has not landed can only be read')
}

/** For a git that shall see both; the path is quoted, since a colon would end it. */
function quarantineEnvironment(quarantine: Quarantine, repositoryPath: string): Record<string, string> {
  return {
    GIT_OBJECT_DIRECTORY: quarantine.objectDirectory,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${`${repositoryPath}/objects`.replace(/[\\"]/g, '\\$&')}"`,
  }
}
