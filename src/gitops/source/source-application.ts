import type { ObjectId } from '../../git/git-repository.ts'
import type { ApplicationSettings } from './application-settings.ts'
import type { ManifestObject } from './parse-manifests.ts'
import type { SourceProblem } from './source-problem.ts'

/** What one application's directory says at one commit, before kinds are looked up. */
export interface SourceApplication {
  readonly name: string
  /** `apps/hello`, `cluster`. */
  readonly path: string
  /** The directory's tree: two equal ids hold the same. */
  readonly tree: ObjectId
  readonly settings: ApplicationSettings
  readonly objects: readonly SourceObject[]
  readonly problems: readonly SourceProblem[]
  /** Every file that was read, in path order. */
  readonly inputs: readonly SourceInput[]
  /** Of the inputs: changes exactly when one of them does. */
  readonly inputDigest: string
}

export interface SourceInput {
  readonly path: string
  readonly blob: ObjectId
}

export interface SourceObject extends ManifestObject {
  readonly path: string
}

/** `cluster` and `policies` are applications that are not below `apps/`. */
export const CLUSTER_APPLICATION = 'cluster'
export const POLICIES_APPLICATION = 'policies'
export const GRANTS_PATH = 'cluster/grants.yaml'
