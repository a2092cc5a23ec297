import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import { readPath } from '../../git/tree-path.ts'
import type { Grants } from '../grants/grants.ts'
import { NO_GRANTS } from '../grants/grants.ts'
import { ApplicationReader } from './application-reader.ts'
import { CLUSTER_APPLICATION } from './source-application.ts'
import type { SourceCache } from './source-reader.ts'

/** The grants that `cluster/grants.yaml` gives at a commit; none without a commit. */
export async function readGrantsAt(
  git: GitRepository,
  commit: ObjectId | undefined,
  cache: SourceCache,
): Promise<Grants> {
  if (commit === undefined) return NO_GRANTS
  const { tree } = await git.readCommit(commit)
  const entry = await readPath(git, tree, CLUSTER_APPLICATION)
  if (entry?.mode !== '040000') return NO_GRANTS
  return (await new ApplicationReader(git, cache).readGrants(entry.id)).grants
}
