import { whyNoDnsLabel } from '../../api/names.ts'
import type { GitRepository, ObjectId, TreeEntry } from '../../git/git-repository.ts'
import { WeightedCache } from '../../git/weighted-cache.ts'
import type { Offload } from '../../lib/offload.ts'
import type { GrantsResult } from '../grants/grants.ts'
import { showValue } from '../object/show-text.ts'
import { ApplicationReader } from './application-reader.ts'
import { isManifestFile } from './manifest-file.ts'
import type { ManifestFile } from './parse-manifests.ts'
import type { SourceApplication } from './source-application.ts'
import { CLUSTER_APPLICATION, POLICIES_APPLICATION } from './source-application.ts'
import { APPLICATIONS_MAX, PARSED_CACHE_BYTES_MAX } from './source-limits.ts'
import type { SourceProblem } from './source-problem.ts'

/** Everything one commit says, application by application. */
export interface SourceTree {
  readonly commit: ObjectId
  readonly applications: ReadonlyMap<string, SourceApplication>
  /** Trouble that belongs to no application. */
  readonly problems: readonly SourceProblem[]
  /** What `cluster/grants.yaml` says at this commit. */
  readonly grants: GrantsResult
}

/** What readings of one repository share, so that a commit costs only what it changed. */
export interface SourceCache {
  readonly files: WeightedCache<ObjectId, ManifestFile>
  /** Where large files are parsed. */
  readonly offload: Offload
  /** By path and tree. */
  readonly applications: WeightedCache<string, SourceApplication>
  /** By blob of `cluster/grants.yaml`. */
  readonly grants: WeightedCache<ObjectId, GrantsResult>
}

export function createSourceCache(offload: Offload): SourceCache {
  return {
    offload,
    files: new WeightedCache(PARSED_CACHE_BYTES_MAX),
    applications: new WeightedCache(APPLICATIONS_MAX * 20),
    grants: new WeightedCache(10),
  }
}

/**
 * Reads the tree of a commit from Git objects. Rejects when the repository itself cannot be read (the caller keeps what
 * it knew); what is wrong with one file or directory is a problem of its application.
 */
export async function readSourceTree(git: GitRepository, commit: ObjectId, cache: SourceCache): Promise<SourceTree> {
  const { tree } = await git.readCommit(commit)
  const reader = new ApplicationReader(git, cache)
  const applications = new Map<string, SourceApplication>()
  const problems: SourceProblem[] = []
  let grants: GrantsResult | undefined
  for (const entry of await git.readTree(tree)) {
    if (entry.name === 'apps') await readApps(entry, git, reader, applications, problems)
    else if (entry.name === CLUSTER_APPLICATION || entry.name === POLICIES_APPLICATION) {
      if (entry.mode !== '040000')
        problems.push({ path: entry.name, message: 'must be a directory', remedy: 'make it one' })
      else {
        applications.set(entry.name, await reader.read(entry.name, entry.name, entry.id))
        if (entry.name === CLUSTER_APPLICATION) grants = await reader.readGrants(entry.id)
      }
    }
  }
  return { commit, applications, problems, grants: grants ?? { grants: new Map(), problems: [] } }
}

async function readApps(
  apps: TreeEntry,
  git: GitRepository,
  reader: ApplicationReader,
  applications: Map<string, SourceApplication>,
  problems: SourceProblem[],
): Promise<void> {
  if (apps.mode !== '040000') {
    problems.push({ path: 'apps', message: 'must be a directory', remedy: 'make it one' })
    return
  }
  for (const entry of await git.readTree(apps.id)) {
    const path = `apps/${entry.name}`
    const problem = entryProblem(entry, path)
    if (problem !== undefined) problems.push(problem)
    if (problem !== undefined || entry.mode !== '040000' || entry.name.startsWith('.')) continue
    if (applications.size >= APPLICATIONS_MAX) {
      problems.push({
        path: 'apps',
        message: `holds more than ${APPLICATIONS_MAX} applications`,
        remedy: 'use a second repository',
      })
      return
    }
    applications.set(entry.name, await reader.read(entry.name, path, entry.id))
  }
}

function entryProblem(entry: TreeEntry, path: string): SourceProblem | undefined {
  if (entry.name.startsWith('.')) return undefined
  if (entry.mode === '120000')
    return { path, message: 'is a symbolic link, and links are never followed', remedy: 'make it a directory' }
  if (entry.mode === '160000')
    return { path, message: 'is a submodule, and other repositories are never fetched', remedy: 'copy its files here' }
  if (entry.mode !== '040000') {
    return isManifestFile(entry.name)
      ? { path, message: 'is in no application', remedy: 'move it into a directory below apps/' }
      : undefined
  }
  if (entry.name === CLUSTER_APPLICATION || entry.name === POLICIES_APPLICATION) {
    return {
      path,
      message: `the name ${entry.name} is taken by the directory ${entry.name}/ beside apps/`,
      remedy: 'rename it',
    }
  }
  const why = whyNoDnsLabel(entry.name)
  return why === undefined
    ? undefined
    : {
        path,
        message: `${showValue(entry.name)} cannot be the name of an application: ${why}`,
        remedy: 'rename the directory',
      }
}
