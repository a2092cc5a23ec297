import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import { GitError } from '../../git/git-repository.ts'
import { OffloadTimeout } from '../../lib/offload.ts'
import type { GrantsResult } from '../grants/grants.ts'
import { parseGrants } from '../grants/grants.ts'
import { digestOf } from '../object/digest.ts'
import { compareText } from '../object/object-ref.ts'
import type { ApplicationSettings } from './application-settings.ts'
import { defaultSettings, parseApplicationSettings, SETTINGS_FILE } from './application-settings.ts'
import type { ManifestFile } from './parse-manifests.ts'
import { parseManifests } from './parse-manifests.ts'
import type { DirectoryListing } from './read-directory.ts'
import { readDirectory } from './read-directory.ts'
import type { SourceApplication, SourceInput, SourceObject } from './source-application.ts'
import { CLUSTER_APPLICATION, GRANTS_PATH, POLICIES_APPLICATION } from './source-application.ts'
import { FILE_BYTES_MAX, OBJECTS_PER_APPLICATION_MAX, PROBLEMS_PER_APPLICATION_MAX } from './source-limits.ts'
import type { SourceProblem } from './source-problem.ts'
import type { SourceCache } from './source-reader.ts'

const LFS_POINTER = 'version https://git-lfs.github.com/spec/'

/** Reads one application's directory, taking from the cache whatever did not change. */
export class ApplicationReader {
  readonly #git: GitRepository
  readonly #cache: SourceCache

  constructor(git: GitRepository, cache: SourceCache) {
    this.#git = git
    this.#cache = cache
  }

  async read(name: string, path: string, tree: ObjectId): Promise<SourceApplication> {
    const key = `${path} ${tree}`
    const known = this.#cache.applications.get(key)
    if (known !== undefined) return known
    const application = await this.#readNow(name, path, tree)
    this.#cache.applications.set(key, application, 1 + application.inputs.length)
    return application
  }

  /** What `grants.yaml` in the tree of `cluster/` says. */
  async readGrants(tree: ObjectId): Promise<GrantsResult> {
    const entry = (await this.#git.readTree(tree)).find(each => each.name === 'grants.yaml')
    if (entry === undefined) return { grants: new Map(), problems: [] }
    if (entry.mode !== '100644' && entry.mode !== '100755') {
      return { grants: new Map(), problems: [{ path: GRANTS_PATH, message: 'must be a file', unreadable: true }] }
    }
    const known = this.#cache.grants.get(entry.id)
    if (known !== undefined) return known
    const grants = grantsOf(await this.#readFile(GRANTS_PATH, entry.id))
    this.#cache.grants.set(entry.id, grants, 1)
    return grants
  }

  async #readNow(name: string, path: string, tree: ObjectId): Promise<SourceApplication> {
    const listing = await this.#list(path, tree)
    const problems: SourceProblem[] = [...listing.problems]
    const objects: SourceObject[] = []
    const inputs: SourceInput[] = [...listing.files].sort((a, b) => compareText(a.path, b.path))
    let settings = defaultSettings(name)
    for (const { path: filePath, blob } of inputs) {
      const file = await this.#readFile(filePath, blob)
      problems.push(...file.problems.map(problem => ({ ...problem, path: filePath })))
      if (filePath === GRANTS_PATH) problems.push(...grantsOf(file).problems)
      else if (filePath === `${path}/${SETTINGS_FILE}`) settings = readSettings(file, filePath, name, problems)
      else for (const object of file.objects) objects.push({ ...object, path: filePath })
    }
    if (name === POLICIES_APPLICATION && objects.length > 0) problems.push(policiesProblem(objects[0]!))
    if (objects.length > OBJECTS_PER_APPLICATION_MAX) problems.push(tooManyObjects(path))
    return {
      name,
      path,
      tree,
      settings,
      objects: objects.slice(0, OBJECTS_PER_APPLICATION_MAX),
      problems: problems.slice(0, PROBLEMS_PER_APPLICATION_MAX),
      inputs,
      inputDigest: digestOf(inputs.map(input => [input.path, input.blob])),
    }
  }

  async #list(path: string, tree: ObjectId): Promise<DirectoryListing> {
    try {
      return await readDirectory(this.#git, path, tree)
    } catch (error) {
      return { files: [], problems: [{ path, ...damageOf(error) }] }
    }
  }

  /** The parsed file; its problems carry no path, because the same content may stand at several. */
  async #readFile(path: string, blob: ObjectId): Promise<ManifestFile> {
    const known = this.#cache.files.get(blob)
    if (known !== undefined) return known
    try {
      const bytes = await this.#git.readBlob(blob, FILE_BYTES_MAX)
      const file = isLfsPointer(bytes) ? lfsFile(path) : await parseManifests(bytes, this.#cache.offload)
      this.#cache.files.set(blob, file, bytes.length + 200)
      return file
    } catch (error) {
      return { objects: [], problems: [{ path, ...damageOf(error) }] }
    }
  }
}

/** What of Git's errors is about the content; everything else is the world's trouble and is thrown on. */
function damageOf(error: unknown): Omit<SourceProblem, 'path'> {
  if (error instanceof OffloadTimeout) {
    return { message: 'takes too long to read', remedy: 'split the file or simplify it', unreadable: true }
  }
  if (error instanceof GitError && error.code === 'too-large') {
    return {
      message: 'is larger than 1 MiB',
      remedy: 'split the file, or keep data out of the repository',
      unreadable: true,
    }
  }
  if (error instanceof GitError && error.code !== 'unavailable') {
    return {
      message: `cannot be read from Git: the object is ${error.code}`,
      remedy: 'push it again',
      unreadable: true,
    }
  }
  throw error
}

function isLfsPointer(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, LFS_POINTER.length)) === LFS_POINTER
}

function lfsFile(path: string): ManifestFile {
  return {
    objects: [],
    problems: [
      { path, message: 'is a Git LFS pointer, not the file itself', remedy: 'take it out of LFS', unreadable: true },
    ],
  }
}

function readSettings(file: ManifestFile, path: string, name: string, problems: SourceProblem[]): ApplicationSettings {
  const [first, second] = file.objects
  if (second !== undefined)
    problems.push({
      path,
      line: second.line,
      message: 'holds more than one document',
      remedy: 'keep only the Application',
    })
  if (name === CLUSTER_APPLICATION || name === POLICIES_APPLICATION) {
    problems.push({ path, message: `${name}/ has no settings`, remedy: 'remove this file' })
  }
  if (first === undefined) return defaultSettings(name)
  const result = parseApplicationSettings(first, path, name)
  problems.push(...result.problems)
  return result.settings
}

function grantsOf(file: ManifestFile): GrantsResult {
  const [first] = file.objects
  const broken = file.problems.map(problem => ({ ...problem, path: GRANTS_PATH }))
  if (first === undefined || broken.length > 0) return { grants: new Map(), problems: broken }
  return parseGrants(first, GRANTS_PATH)
}

function policiesProblem({ path, line }: SourceObject): SourceProblem {
  return { path, line, message: 'policies of your own are not supported yet', remedy: 'remove the directory policies/' }
}

function tooManyObjects(path: string): SourceProblem {
  return {
    path,
    message: `holds more than ${OBJECTS_PER_APPLICATION_MAX} objects`,
    remedy: 'split the application',
    unreadable: true,
  }
}
