import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath, writeSynced } from '../lib/durable-file.ts'

/**
 * Writes the folder of hooks that `core.hooksPath` names: each a line of sh that calls our own Node and the hook's script
 * by absolute path, so that nothing depends on the pusher's PATH. Anything else in the folder is removed.
 */
export async function installHooks(install: HookInstallation): Promise<void> {
  const { hooksPath, nodePath = process.execPath, socketPath, pushesLogPath } = install
  await mkdir(hooksPath, { recursive: true, mode: 0o700 })
  for (const name of await readdir(hooksPath)) {
    if (!HOOKS.includes(name)) await rm(join(hooksPath, name), { recursive: true, force: true })
  }
  for (const hook of HOOKS) {
    const words = [nodePath, join(import.meta.dirname, 'hooks', `${hook}.js`), socketPath, pushesLogPath]
    const script = `#!/bin/sh
# Written by Pintle at each start.
unset NODE_OPTIONS
if ! [ -x ${quote(words[0]!)} ] || ! [ -f ${quote(words[1]!)} ]; then
  echo 'Pintle is no longer where it ran last. Start it once from where it is now, then push again.' >&2
  exit 1
fi
exec ${words.map(quote).join(' ')}
`
    await writeSynced(join(hooksPath, hook), Buffer.from(script), 0o700)
  }
  await syncPath(hooksPath)
}

export interface HookInstallation {
  readonly hooksPath: string
  readonly socketPath: string
  readonly pushesLogPath: string
  /** The Node that runs the hooks; this one when left out. */
  readonly nodePath?: string
}

const HOOKS = ['pre-receive', 'post-receive']

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
