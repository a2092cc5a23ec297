import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { quoteWord } from '../../../agents/host/shell-quote.ts'
import { findDataDirectory } from '../data-directory.ts'
import { LAUNCHER } from '../package-root.ts'
import { UsageError } from '../usage-error.ts'

/** `pintle init <dir>`: a clone of the cluster repository over HTTP, with this program as its credential helper. */
export async function init(dir: string, options: { readonly dataDir?: string }): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  const port = directory.readServerState()?.httpPort
  if (port === undefined || !directory.isReady()) {
    throw new UsageError(`the server of ${directory.path} is not running. Start it with 'pintle up'`)
  }
  const target = resolve(dir)
  if (!isFree(target)) {
    throw new UsageError(`${target} is there already and not an empty directory: name another one`)
  }
  const remote = `http://127.0.0.1:${port}/git/cluster.git`
  const helper = `!${quoteWord(LAUNCHER)} git-credential --data-dir ${quoteWord(directory.path)}`
  const config = ['-c', `credential.${remote}.helper=${helper}`, '-c', `remote.origin.fetch=${NOTES}`]
  git(['clone', '--quiet', ...config, '--', remote, target])
  console.log(
    `Cloned ${remote} into ${target}.\nChange something, commit, and 'git push': the push prints the plan, then the outcome.`,
  )
}

/** With the outcomes beside the commits: `git log --notes=pintle`. The user's own notes are left alone. */
const NOTES = '+refs/notes/pintle*:refs/notes/pintle*'

function isFree(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined || (stat.isDirectory() && readdirSync(path).length === 0)
}

function git(args: readonly string[]): void {
  const { status, error } = spawnSync('git', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined) throw new UsageError('git is not installed: install it and try again')
  if (status !== 0) throw new UsageError(`git ${args[0]} failed; what it said stands above`)
}
