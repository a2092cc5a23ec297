import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { makeDirectorySynced, syncPath, writeSynced } from '../lib/durable-file.ts'
import { messageOf } from '../lib/message-of.ts'
import type { Offload } from '../lib/offload.ts'
import type { ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import type { GitObject } from './object-format.ts'
import { hashObject } from './object-format.ts'
import { encodePack, encodePackJob } from './pack-file.ts'

/**
 * Collects new objects in memory and makes them durable together: few as loose objects, more as one pack. Until then
 * nobody else sees them, which is right: nothing points to them before a ref moves.
 */
export class ObjectWriter {
  readonly #objectsPath: string
  readonly #offload: Offload
  #pending = new Map<ObjectId, GitObject>()
  #pendingBytes = 0

  constructor(repositoryPath: string, offload: Offload) {
    this.#objectsPath = join(repositoryPath, 'objects')
    this.#offload = offload
  }

  add(object: GitObject): ObjectId {
    const id = hashObject(object)
    if (!this.#pending.has(id)) {
      this.#pending.set(id, object)
      this.#pendingBytes += object.content.length
    }
    return id
  }

  get(id: ObjectId): GitObject | undefined {
    return this.#pending.get(id)
  }

  /** More than should wait in memory for the next ref update. */
  get isFull(): boolean {
    return this.#pending.size >= PENDING_OBJECTS_MAX || this.#pendingBytes >= PENDING_BYTES_MAX
  }

  /**
   * Writes and syncs what is pending. An object that is there already is written again rather than looked for: looking
   * for new ones makes git search its packs each time, and one that is there may be about to be pruned. The objects stay
   * readable from memory until they are on disk; if writing fails (no space) the next flush tries again.
   */
  async flush(): Promise<void> {
    const batch = [...this.#pending]
    if (batch.length === 0) return
    try {
      if (batch.length >= PACK_OBJECTS_MIN) await this.#writePack(batch.map(([, object]) => object))
      else await this.#writeLoose(batch)
    } catch (cause) {
      const why = messageOf(cause)
      throw new GitError('unavailable', `nothing can be written to the Git repository: ${why}`, { cause })
    }
    for (const [id, object] of batch) {
      this.#pending.delete(id)
      this.#pendingBytes -= object.content.length
    }
  }

  async #writePack(objects: readonly GitObject[]): Promise<void> {
    const bytes = objects.reduce((sum, object) => sum + object.content.length, 0)
    const encoded = bytes < INLINE_BYTES_MAX ? encodePack(objects) : await this.#offload.run(encodePackJob, objects)
    const folder = join(this.#objectsPath, 'pack')
    await makeDirectorySynced(folder)
    // The index last: it is what makes git see the pack.
    await writeSynced(join(folder, `pack-${encoded.name}.pack`), encoded.pack, 0o444)
    await writeSynced(join(folder, `pack-${encoded.name}.idx`), encoded.index, 0o444)
    await syncPath(folder)
  }

  async #writeLoose(objects: readonly (readonly [ObjectId, GitObject])[]): Promise<void> {
    for (const [id, { type, content }] of objects) {
      const folder = join(this.#objectsPath, id.slice(0, 2))
      await makeDirectorySynced(folder)
      await writeSynced(
        join(folder, id.slice(2)),
        deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])),
        0o444,
      )
      await syncPath(folder)
    }
  }
}

/** From this many on, a pack costs fewer syncs than loose objects. */
const PACK_OBJECTS_MIN = 3
const PENDING_OBJECTS_MAX = 2_000
const PENDING_BYTES_MAX = 16 * 1024 * 1024
/** Deflating this much takes a few milliseconds. */
const INLINE_BYTES_MAX = 128 * 1024
