import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import { isManifestFile } from './manifest-file.ts'
import { DEPTH_MAX, FILES_PER_APPLICATION_MAX } from './source-limits.ts'
import type { SourceProblem } from './source-problem.ts'

interface DirectoryFile {
  readonly path: string
  readonly blob: ObjectId
}

export interface DirectoryListing {
  /** Manifest files, in Git's order. */
  readonly files: readonly DirectoryFile[]
  readonly problems: readonly SourceProblem[]
}

/** Lists the manifest files of one application's tree. Links and submodules are never followed: they are problems. */
export async function readDirectory(git: GitRepository, path: string, tree: ObjectId): Promise<DirectoryListing> {
  const files: DirectoryFile[] = []
  const problems: SourceProblem[] = []
  const queue = [{ path, tree, depth: 0 }]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const entry of await git.readTree(next.tree)) {
      const entryPath = `${next.path}/${entry.name}`
      if (entry.mode === '120000') problems.push(linkProblem(entryPath))
      else if (entry.mode === '160000') problems.push(submoduleProblem(entryPath))
      else if (entry.mode === '040000') {
        if (entry.name.startsWith('.')) continue
        if (next.depth >= DEPTH_MAX) problems.push(depthProblem(entryPath))
        else queue.push({ path: entryPath, tree: entry.id, depth: next.depth + 1 })
      } else if (isManifestFile(entry.name)) files.push({ path: entryPath, blob: entry.id })
    }
    if (files.length > FILES_PER_APPLICATION_MAX) return { files: [], problems: [tooManyFiles(path)] }
  }
  return { files, problems }
}

function linkProblem(path: string): SourceProblem {
  return {
    path,
    message: 'is a symbolic link, and links are never followed',
    remedy: 'put the file itself here',
    unreadable: true,
  }
}

function submoduleProblem(path: string): SourceProblem {
  return {
    path,
    message: 'is a submodule, and other repositories are never fetched',
    remedy: 'copy the manifests into this repository',
    unreadable: true,
  }
}

function depthProblem(path: string): SourceProblem {
  return {
    path,
    message: `is more than ${DEPTH_MAX} directories deep`,
    remedy: 'move it up',
    unreadable: true,
  }
}

function tooManyFiles(path: string): SourceProblem {
  return {
    path,
    message: `holds more than ${FILES_PER_APPLICATION_MAX} manifest files`,
    remedy: 'split the application',
    unreadable: true,
  }
}
