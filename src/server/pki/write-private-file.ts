import { dirname } from 'node:path'
import { makeDirectorySynced, syncPath, writeSynced } from '../../lib/durable-file.ts'

/** Writes a file that only its owner may read (0600, its directory 0700): complete and on the disk, or not at all. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const directory = dirname(path)
  await makeDirectorySynced(directory, 0o700)
  await writeSynced(path, Buffer.from(content), 0o600)
  await syncPath(directory)
}
