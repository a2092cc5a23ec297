import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import type { ApplicationSettings } from '../source/application-settings.ts'
import type { SourceInput } from '../source/source-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'

/** What one application wants in the cluster at one commit. */
export interface RenderedApplication {
  readonly name: string
  readonly path: string
  readonly settings: ApplicationSettings
  /** In the order they are applied. */
  readonly objects: readonly RenderedObject[]
  /** Any problem makes the application Invalid. */
  readonly problems: readonly SourceProblem[]
  readonly inputs: readonly SourceInput[]
  readonly inputDigest: string
}

export interface RenderedObject {
  readonly ref: ObjectRef
  /** `refKey(ref)`. */
  readonly key: string
  readonly kind: Kind
  /** What is applied: never changed after rendering. */
  readonly object: KubeObject
  /** Where it stands in Git; the application's directory for an object that no file names. */
  readonly path: string
  readonly line?: number
  readonly wave: number
}

/** True when something the application wants is unknown: nothing of it may be taken for absent. */
export function isUnreadable(application: Pick<RenderedApplication, 'problems'>): boolean {
  return application.problems.length > 0
}
