import type { ObjectId } from '../../git/git-repository.ts'
import type { DesiredState } from '../engine/desired-state.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'

/** What one application should be at, and how it got there. */
export interface RolloutTarget {
  readonly name: string
  /** Undefined: it is not in Git any more. */
  readonly rendered: RenderedApplication | undefined
  readonly desired: DesiredState
  /** The commit that changed it last. */
  readonly commit: ObjectId
  readonly inputDigest: string
}
