import { mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Files that survive a loss of power: written aside, synced, renamed into place. The name itself is durable only after
 * `syncPath` of its folder, so that several files of one folder share that.
 */
export async function writeSynced(path: string, content: Uint8Array, mode: number): Promise<void> {
  const aside = `${dirname(path)}/tmp_${process.pid}_${sequence++}`
  try {
    const file = await open(aside, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } catch (error) {
    await unlink(aside).catch(() => {})
    throw error
  }
}

let sequence = 0

/** Of a file its content, of a folder the names in it (where the file system can: some know no such thing). */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error
  } finally {
    await file.close()
  }
}

/** Creates the folder; a new one's name in its parent is durable too. */
export async function makeDirectorySynced(path: string, mode = 0o755): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode })
  if (first !== undefined) await syncPath(dirname(path))
}
