import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts'
import type { Preconditions } from './preconditions.ts'

/**
 * What an update, patch or apply wants, as a function of what is there, so that it can be run again on a newer object.
 */
export interface RequestedChange {
  readonly verb: 'update' | 'patch'
  /** A new object for a missing one; undefined: a missing one is a 404. */
  readonly create: (() => Promise<KubeObject>) | undefined
  /** `shown` is in the form of the request; it may be changed and returned. */
  next(shown: KubeObject): Promise<NextForm>
}

export interface NextForm {
  readonly object: KubeObject
  readonly preconditions: Preconditions
  /** Who owns which fields, when the change decides it (apply); else it is worked out from the difference. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}
