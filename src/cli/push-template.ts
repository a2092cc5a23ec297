import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DESIRED_REF } from '../git/ref-name.ts'
import type { ControlPlane } from './control-plane.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { UsageError } from './usage-error.ts'

const TEMPLATE = join(PACKAGE_ROOT, 'repo-template')

/** Gives an empty cluster its first commit: `repo-template`, unchanged, pushed as any user would push it. */
export async function pushTemplate({ repository }: ControlPlane): Promise<void> {
  if ((await repository.readRef(DESIRED_REF)) !== undefined) return
  const directory = mkdtempSync(join(tmpdir(), 'pintle-template-'))
  try {
    cpSync(TEMPLATE, directory, { recursive: true })
    await git(directory, 'init', '--quiet', '--initial-branch=main')
    await git(directory, 'add', '--all')
    await git(directory, 'commit', '--quiet', '--message', 'Start with hello and greeter')
    await git(directory, 'push', '--quiet', '--push-option=nowait', repository.path, 'main')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  console.log(`Pushed the first repository to ${repository.path}`)
}

const run = promisify(execFile)

/** Runs git as the user, with a name of its own where the user has told git none. */
async function git(cwd: string, ...args: string[]): Promise<void> {
  const { username } = userInfo()
  const person = ['-c', `user.name=${username}`, '-c', `user.email=${username}@localhost`, '-c', 'commit.gpgSign=false']
  try {
    // Never the blocking call: the push is answered by this very process.
    await run('git', [...person, ...args], { cwd, timeout: 60_000 })
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') throw new UsageError('git is not installed: install it and try again')
    throw new UsageError(`the first repository could not be pushed: ${stderr?.trim() || message}`)
  }
}
