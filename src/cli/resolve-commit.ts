import { spawnSync } from 'node:child_process'
import type { DataDirectory } from './data-directory.ts'
import { UsageError } from './usage-error.ts'

/** The full id of a commit, branch or tag: first as the clone stood in knows it, then as the cluster's repository does. */
export function resolveCommit(directory: DataDirectory, ref: string): string {
  const places = [['rev-parse'], ['--git-dir', directory.repository(), 'rev-parse']]
  for (const place of isClone(directory) ? places : places.slice(1)) {
    const args = [...place, '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
    const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' })
    if (status === 0) return stdout.trim()
  }
  throw new UsageError(`${JSON.stringify(ref)} is no commit, branch or tag of the cluster's repository`)
}

/** True when the working directory is a clone of this cluster's repository. */
function isClone(directory: DataDirectory): boolean {
  const { stdout } = spawnSync('git', ['remote', '-v'], { encoding: 'utf8' })
  return stdout?.includes(directory.repository()) || stdout?.includes('/git/cluster.git') || false
}

/** True when `ancestor` is `descendant` or stands behind it. */
export function isAncestor(directory: DataDirectory, ancestor: string, descendant: string): boolean {
  const args = ['--git-dir', directory.repository(), 'merge-base', '--is-ancestor', ancestor, descendant]
  return spawnSync('git', args).status === 0
}
