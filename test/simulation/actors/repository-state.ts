import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import { readPath } from '../../../src/git/tree-path.ts'
import { configMapManifest, deploymentManifest, parseConfigMapManifest, parseDeploymentManifest } from './manifests.ts'

/** What one commit of the simulated repository says: applications by name. */
export type RepositoryState = ReadonlyMap<string, ApplicationState>

export interface ApplicationState {
  readonly replicas: number
  readonly version: string
  readonly configMaps: ReadonlyMap<string, string>
  /** It holds a file that cannot be parsed. */
  readonly isBroken: boolean
}

/** `deployments web/web`: plural, namespace and name. */
export type ObjectName = string

/** The objects that an application wants. */
export function wantedObjects(name: string, { configMaps }: ApplicationState): ReadonlySet<ObjectName> {
  return new Set([`deployments ${name}/${name}`, ...[...configMaps.keys()].map(each => `configmaps ${name}/${each}`)])
}

export async function readState(git: GitRepository, commit: ObjectId): Promise<RepositoryState> {
  const state = new Map<string, ApplicationState>()
  const { tree } = await git.readCommit(commit)
  const apps = await readPath(git, tree, 'apps')
  for (const { name, id } of apps === undefined ? [] : await git.readTree(apps.id)) {
    const files = new Map<string, string>()
    for (const file of await git.readTree(id)) {
      files.set(file.name, new TextDecoder().decode(await git.readBlob(file.id, 1_000_000)))
    }
    state.set(name, applicationOf(files))
  }
  return state
}

function applicationOf(files: ReadonlyMap<string, string>): ApplicationState {
  const configMaps = new Map<string, string>()
  for (const [file, text] of files) {
    const value = parseConfigMapManifest(text)
    if (value !== undefined) configMaps.set(file.slice(0, -'.yaml'.length), value)
  }
  const deployment = parseDeploymentManifest(files.get('deployment.yaml') ?? '')
  return { replicas: 0, version: '', ...deployment, configMaps, isBroken: files.has('broken.yaml') }
}

/** The files of an application, by path in the repository. */
export function filesOf(name: string, application: ApplicationState | undefined): Record<string, string> {
  if (application === undefined) return {}
  const { replicas, version, configMaps, isBroken } = application
  const files: Record<string, string> = {
    [`apps/${name}/deployment.yaml`]: deploymentManifest({ name, replicas, version }),
  }
  for (const [each, value] of configMaps) files[`apps/${name}/${each}.yaml`] = configMapManifest(each, value)
  if (isBroken) files[`apps/${name}/broken.yaml`] = 'kind: [never closed\n'
  return files
}

/** What to write (null removes) to come from some files to others. */
export function difference(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {}
  for (const path of Object.keys(before)) if (after[path] === undefined) changes[path] = null
  for (const [path, text] of Object.entries(after)) if (before[path] !== text) changes[path] = text
  return changes
}
