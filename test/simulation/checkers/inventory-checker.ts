import type { Application } from '../../../src/api/kinds/gitops/application.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { SYNC_MANAGER } from '../../../src/gitops/engine/sync-identity.ts'
import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'
import { storedObject } from './stored-object.ts'

const APPLICATIONS = '/pintle/gitops.pintle.dev/applications/'
const MANAGED = ['/pintle/core/configmaps/', '/pintle/apps/deployments/']

/** At any instant everything that the engine has applied stands in its application's inventory: what crashes, is found. */
export class InventoryChecker {
  readonly #report: (violation: Violation) => void
  /** `ConfigMap web/red`, by application. */
  readonly #inventories = new Map<string, ReadonlySet<string>>()
  readonly #applied = new Map<string, Set<string>>()

  constructor(report: (violation: Violation) => void) {
    this.#report = report
  }

  /** The store was lost. */
  forget(): void {
    this.#inventories.clear()
    this.#applied.clear()
  }

  see({ key, before, after, isAfterGap }: VisibleChange): void {
    if (key.startsWith(APPLICATIONS)) {
      const name = key.slice(APPLICATIONS.length)
      this.#inventories.set(name, inventoryOf(storedObject(after) as Application | undefined))
      for (const object of this.#applied.get(name) ?? []) this.#check(name, object, 'its application forgets it')
    } else if (MANAGED.some(prefix => key.startsWith(prefix))) {
      const object = storedObject(after ?? before)
      // What a store is opened with comes in the order of keys: objects before the inventories that have them.
      if (object !== undefined) this.#seeObject(object, after !== undefined && isApplied(object), isAfterGap)
    }
  }

  #seeObject({ kind, metadata }: KubeObject, applied: boolean, isAfterGap = false): void {
    const application = metadata.namespace ?? ''
    const name = `${kind} ${application}/${metadata.name}`
    const known = this.#applied.get(application) ?? new Set()
    this.#applied.set(application, known)
    if (!applied) known.delete(name)
    else if (!known.has(name)) {
      known.add(name)
      if (!isAfterGap) this.#check(application, name, 'it was applied before it was noted')
    }
  }

  #check(application: string, object: string, why: string): void {
    if (this.#inventories.get(application)?.has(object)) return
    this.#report(new Violation('the inventory is a superset at any instant', `${object}: ${why}`))
  }
}

function inventoryOf(application: Application | undefined): ReadonlySet<string> {
  const groups = application?.status?.inventory ?? []
  return new Set(groups.flatMap(({ kind, namespace, names }) => names.map(name => `${kind} ${namespace}/${name}`)))
}

function isApplied({ metadata }: KubeObject): boolean {
  return metadata.managedFields?.some(({ manager }) => manager === SYNC_MANAGER) ?? false
}
