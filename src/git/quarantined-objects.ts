import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { decodePack } from './decode-pack.ts'
import type { ObjectId } from './git-repository.ts'
import type { GitObject } from './object-format.ts'

/**
 * The objects that a push brings, when they are few: read from its pack in quarantine, which costs less than starting a
 * git that sees them. Undefined: they are many, or kept in another form; then git reads them.
 */
export async function readQuarantinedObjects(
  objectDirectory: string,
): Promise<ReadonlyMap<ObjectId, GitObject> | undefined> {
  const folder = join(objectDirectory, 'pack')
  const loose = (await readdir(objectDirectory)).some(name => /^[0-9a-f]{2}$/.test(name))
  const packs = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.pack'))
  if (loose || packs.length !== 1) return undefined
  const path = join(folder, packs[0]!)
  if ((await stat(path)).size > PACK_BYTES_MAX) return undefined
  try {
    const pack = await readFile(path)
    return pack.readUInt32BE(OBJECT_COUNT_AT) > PACK_OBJECTS_MAX ? undefined : decodePack(pack, INFLATED_BYTES_MAX)
  } catch {
    return undefined // what is wrong with it, git says
  }
}

/** What inflates in about ten milliseconds: each object costs some twenty microseconds, however small. */
const PACK_OBJECTS_MAX = 500
const PACK_BYTES_MAX = 512 * 1024
const INFLATED_BYTES_MAX = 4 * 1024 * 1024
/** In the header of a pack (gitformat-pack). */
const OBJECT_COUNT_AT = 8
