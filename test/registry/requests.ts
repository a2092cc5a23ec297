import type { Kind } from '../../src/api/kind.ts'
import { storageApiVersion } from '../../src/api/kind.ts'
import type { ServedKind } from '../../src/api/kind-registry.ts'
import type { KubeObject } from '../../src/api/object.ts'
import type { Registry, RequestContext } from '../../src/registry/registry.ts'
import { ADMIN } from './open-registry.ts'

/** A request of an admin, as the HTTP edge would make it. */
export function adminContext(more: Partial<RequestContext> = {}): RequestContext {
  const usual = {
    user: ADMIN,
    fieldManager: 'test',
    dryRun: false,
    fieldValidation: 'Strict',
    origin: 'client',
  } as const
  return { ...usual, warn: () => {}, ...more }
}

export function servedKind<T extends KubeObject>(registry: Registry, kind: Kind<T>): ServedKind {
  const served = registry.kinds.byKind(storageApiVersion(kind as unknown as Kind), kind.kind)
  if (served === undefined) throw new Error(`${kind.kind} is not served`)
  return served
}
