import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts'
import type { Preconditions } from './preconditions.ts'

/**
 * What an update, patch or apply wants, as a function of what is there, so that it can be run again on a newer object.
 */
export interface RequestedChange {
  /** A new object, in the request's version, where there is none; left out: then it is a 404. */
  readonly create?: () => NewForm
  /** `shown` is in the form of the request and is not changed. */
  next(shown: KubeObject): NextForm
}

export interface NewForm {
  readonly object: KubeObject
  /** Who owns which fields, when the change decides it (apply); else it is worked out from the difference. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

interface NextForm extends NewForm {
  readonly preconditions: Preconditions
}
