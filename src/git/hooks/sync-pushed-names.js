import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Git syncs the files of a push (core.fsync=all; before 2.36 not those of refs), not the folders that name them. Done
 * here, before the pushing git has its answer whole; the current folder is the repository.
 */
export function syncPushedNames(push) {
  const paths = new Set(['objects/pack', 'objects', '.'])
  for (const { ref } of push.updates) paths.add(ref).add(dirname(ref))
  for (const path of paths) {
    try {
      const file = openSync(path, 'r')
      fsyncSync(file)
      closeSync(file)
    } catch {
      // A deleted ref's file is gone, and its folder with the last of them.
    }
  }
}
