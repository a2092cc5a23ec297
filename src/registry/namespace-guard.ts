import { ApiError, notFound } from '../api/api-error.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'
import type { Compare } from '../store/store.ts'
import { forbiddenObject } from './forbidden.ts'
import type { KindCache } from './kind-cache.ts'
import { storeKey } from './store-key.ts'

/** Namespaces that can never be deleted. */
const PERMANENT = new Set(['default', 'kube-system', 'kube-public'])

/**
 * Objects are created only in a namespace that exists and is not being deleted. Returns the condition that this is
 * still so when the write commits. For kinds of another store it is only looked at now.
 */
export function namespaceGuard(namespaces: KindCache, served: ServedKind, namespace: string, name: string): Compare {
  const found = namespaces.get({ name: namespace })
  if (found === undefined) throw notFound('', 'namespaces', namespace)
  if (isTerminating(found.object())) throw terminating(served, namespace, name)
  return { key: storeKey(namespaces.kind, { name: namespace }), modRevision: found.revision }
}

export function refusePermanentNamespace(served: ServedKind, name: string): void {
  if (PERMANENT.has(name)) throw forbiddenObject(served, name, 'this namespace may not be deleted')
}

function isTerminating(namespace: Readonly<KubeObject> & { readonly status?: { readonly phase?: string } }): boolean {
  return namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating'
}

function terminating(served: ServedKind, namespace: string, name: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const { status } = forbiddenObject(served, name, why)
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  return new ApiError({ ...status, details: { ...status.details, causes: [cause] } })
}
