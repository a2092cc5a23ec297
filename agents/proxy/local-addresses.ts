import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { runCommand, tryCommand } from '../host/run-command.ts'

/** Makes cluster addresses this machine's own, and unmakes them. */
export interface LocalAddresses {
  add(address: string): Promise<void>
  remove(address: string): Promise<void>
  /** Removes all that were added, also by an earlier run. */
  removeAll(): Promise<void>
}

/** For ranges whose every address is local already (127.0.0.0/8). */
export const alreadyLocal: LocalAddresses = {
  add: async () => {},
  remove: async () => {},
  removeAll: async () => {},
}

/**
 * Puts addresses on `lo`. Each stands in the journal file before it stands on the interface, so that the next start
 * removes what a crash left.
 */
export function loopbackAddresses(journal: string): LocalAddresses {
  const added = new Set(existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').filter(Boolean) : [])
  const save = () => writeFileSync(journal, [...added].map(each => `${each}\n`).join(''), { mode: 0o600 })
  const remove = async (address: string) => {
    await tryCommand(['ip', 'address', 'del', `${address}/32`, 'dev', 'lo'])
    added.delete(address)
    save()
  }
  return {
    async add(address) {
      if (added.has(address)) return
      added.add(address)
      save()
      await runCommand(['ip', 'address', 'replace', `${address}/32`, 'dev', 'lo'])
    },
    remove,
    async removeAll() {
      for (const address of [...added]) await remove(address)
    },
  }
}
