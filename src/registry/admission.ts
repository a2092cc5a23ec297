import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'
import type { RequestContext } from './registry.ts'

/**
 * Port: judges or completes a write before it is stored. Policies, defaults that need other objects, and drift handling
 * enter the registry this way. Plugins run in the order wiring gives.
 */
export interface AdmissionPlugin {
  readonly name: string
  /** Changes the draft in place. May run again when a write is retried: be idempotent. */
  mutate?(review: AdmissionReview<KubeObject>): Promise<void>
  /** Throws ApiError to refuse. */
  validate?(review: AdmissionReview<Readonly<KubeObject>>): Promise<void>
}

export interface AdmissionReview<T> {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly context: RequestContext
  readonly served: ServedKind
  readonly namespace: string | undefined
  readonly name: string
  readonly subresource: string | undefined
  /** In storage version; undefined on DELETE. */
  readonly object: T | undefined
  /** What stands there now; undefined on CREATE. */
  readonly current: Readonly<KubeObject> | undefined
}
