import { conflict, MODIFIED } from '../api/api-error.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'

/** What a caller expects to find. */
export interface Preconditions {
  readonly uid?: string
  readonly resourceVersion?: string
}

/** Throws 409 when the object is not the one the caller means. */
export function checkPreconditions(served: ServedKind, current: Readonly<KubeObject>, wanted: Preconditions): void {
  const { name, uid = '', resourceVersion = '' } = current.metadata
  const refuse = (why: string) => conflict(served.version.group, served.kind.plural, name, why)
  if (wanted.uid && wanted.uid !== uid) {
    throw refuse(`Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`)
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== resourceVersion) throw refuse(MODIFIED)
}
