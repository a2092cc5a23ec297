import type { Kind } from '../api/kind.ts'
import { storageApiVersion } from '../api/kind.ts'
import type { DeepReadonly, KubeObject, OwnerReference } from '../api/object.ts'

type AnyObject = DeepReadonly<Pick<KubeObject, 'metadata'>>

/** The one owner that manages `object`; undefined when it is an orphan or merely owned. */
export function controllerOf(object: AnyObject): DeepReadonly<OwnerReference> | undefined {
  return object.metadata.ownerReferences?.find(reference => reference.controller === true)
}

/** True when `object` is managed by exactly this owner (by uid: a name may have been reused). */
export function isControlledBy(object: AnyObject, owner: AnyObject): boolean {
  const reference = controllerOf(object)
  return reference !== undefined && reference.uid === owner.metadata.uid
}

/** The reference by which `owner` manages another object; foreground deletion of the owner waits for that object. */
export function controllerReference(kind: Kind<never>, owner: AnyObject): OwnerReference {
  return {
    apiVersion: storageApiVersion(kind as unknown as Kind),
    kind: kind.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}
