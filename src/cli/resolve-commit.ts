import * as fs from 'node:fs'
import git from 'isomorphic-git'
import type { DataDirectory } from './data-directory.ts'
import { UsageError } from './usage-error.ts'

/** The full id of a commit, branch or tag: as the clone stood in knows it, else as the cluster's repository does. */
export async function resolveCommit(directory: DataDirectory, ref: string): Promise<string> {
  const clone = await findClone(directory)
  for (const gitdir of clone === undefined ? [directory.repository()] : [clone, directory.repository()]) {
    const commit = await resolveIn(gitdir, ref)
    if (commit !== undefined) return commit
  }
  throw new UsageError(`${JSON.stringify(ref)} is no commit, branch or tag of the cluster's repository`)
}

/** True when `ancestor` is `descendant` or stands behind it in the cluster's repository. */
export async function isAncestor(directory: DataDirectory, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true
  const gitdir = directory.repository()
  return await git.isDescendent({ fs, gitdir, oid: descendant, ancestor, depth: -1 }).catch(() => false)
}

async function resolveIn(gitdir: string, ref: string): Promise<string | undefined> {
  const resolved = await git
    .resolveRef({ fs, gitdir, ref })
    .catch(() => git.expandOid({ fs, gitdir, oid: ref }))
    .catch(() => undefined)
  if (resolved === undefined) return undefined
  // A tag object stands for the commit it names.
  return await git.readCommit({ fs, gitdir, oid: resolved }).then(
    ({ oid }) => oid,
    () => undefined,
  )
}

/** The Git directory of the working directory, when that is a clone of this cluster's repository. */
async function findClone(directory: DataDirectory): Promise<string | undefined> {
  const dir = await git.findRoot({ fs, filepath: process.cwd() }).catch(() => undefined)
  if (dir === undefined) return undefined
  const gitdir = `${dir}/.git`
  const remotes = await git.listRemotes({ fs, dir, gitdir }).catch(() => [])
  const isOurs = remotes.some(({ url }) => url === directory.repository() || url.endsWith('/git/cluster.git'))
  return isOurs ? gitdir : undefined
}
