import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Git syncs the files of a push (core.fsync=all), not the folders that name them. Done here, before the pushing git has
 * its answer whole; the current folder is the repository.
 */
export function syncPushedNames(push) {
  const folders = new Set(['objects/pack', 'objects', '.'])
  for (const { ref } of push.updates) folders.add(dirname(ref))
  for (const folder of folders) {
    try {
      const file = openSync(folder, 'r')
      fsyncSync(file)
      closeSync(file)
    } catch {
      // A ref's folder goes with its last ref.
    }
  }
}
