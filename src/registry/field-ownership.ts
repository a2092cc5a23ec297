import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts'
import type { RequestContext } from './registry.ts'

export interface OwnershipChange {
  readonly served: ServedKind
  readonly context: RequestContext
  readonly subresource: string | undefined
  readonly live: KubeObject | undefined
  readonly sent: KubeObject
  readonly stored: KubeObject
  readonly nowMs: number
}

export function ownFields({ live }: OwnershipChange): readonly ManagedFieldsEntry[] {
  return live?.metadata.managedFields ?? []
}
