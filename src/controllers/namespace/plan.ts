/** When a namespace is emptied and what then keeps it. Pure. */

import type { Namespace } from '../../api/kinds/core/namespace.ts'
import type { DeepReadonly } from '../../api/object.ts'

type NamespaceView = DeepReadonly<Namespace>

/** Held by us until the namespace is empty. */
const OUR_FINALIZER = 'kubernetes'

export function mustEmpty(namespace: NamespaceView): boolean {
  if (namespace.metadata.deletionTimestamp === undefined) return false
  return namespace.spec?.finalizers?.includes(OUR_FINALIZER) ?? false
}

export function finalizersLeft(namespace: NamespaceView): readonly string[] {
  return (namespace.spec?.finalizers ?? []).filter(each => each !== OUR_FINALIZER)
}
