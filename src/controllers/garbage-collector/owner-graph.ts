/** Who owns whom, as far as it has been seen. Keyed by uid: names are reused, uids never. */

import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey, OwnerReference } from '../../api/object.ts'

export const FOREGROUND_FINALIZER = 'foregroundDeletion'
export const ORPHAN_FINALIZER = 'orphan'

export interface GraphObject {
  readonly uid: string
  readonly kind: Kind
  readonly key: ObjectKey
  readonly owners: readonly DeepReadonly<OwnerReference>[]
  readonly isDeleting: boolean
  readonly finalizers: readonly string[]
}

export function graphObjectOf(kind: Kind, { metadata }: DeepReadonly<KubeObject>): GraphObject {
  const { uid = '', namespace, name, ownerReferences = [], deletionTimestamp, finalizers = [] } = metadata
  return {
    uid,
    kind,
    key: namespace === undefined ? { name } : { namespace, name },
    owners: ownerReferences,
    isDeleting: deletionTimestamp !== undefined,
    finalizers,
  }
}

/** It goes only when the dependents that block it are gone. */
export function waitsForDependents({ isDeleting, finalizers }: GraphObject): boolean {
  return isDeleting && finalizers.includes(FOREGROUND_FINALIZER)
}

/** It goes only when its dependents have been let go of. */
export function mustOrphanDependents({ isDeleting, finalizers }: GraphObject): boolean {
  return isDeleting && finalizers.includes(ORPHAN_FINALIZER)
}

export class OwnerGraph {
  readonly #objects = new Map<string, GraphObject>()
  /** Also of owners that were never seen. */
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): GraphObject | undefined {
    return this.#objects.get(uid)
  }

  all(): IterableIterator<GraphObject> {
    return this.#objects.values()
  }

  dependentsOf(uid: string): readonly GraphObject[] {
    return [...(this.#dependents.get(uid) ?? [])].map(each => this.#objects.get(each)!)
  }

  /** Returns what was known of it before. */
  set(object: GraphObject): GraphObject | undefined {
    const before = this.delete(object.uid)
    this.#objects.set(object.uid, object)
    for (const { uid } of object.owners) this.#dependentsSet(uid).add(object.uid)
    return before
  }

  delete(uid: string): GraphObject | undefined {
    const object = this.#objects.get(uid)
    if (object === undefined) return undefined
    this.#objects.delete(uid)
    for (const owner of object.owners) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
    return object
  }

  #dependentsSet(uid: string): Set<string> {
    let dependents = this.#dependents.get(uid)
    if (dependents === undefined) {
      dependents = new Set()
      this.#dependents.set(uid, dependents)
    }
    return dependents
  }
}
