import type { InventoryGroup } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { ObjectRef } from './object-ref.ts'
import { compareText, refKey } from './object-ref.ts'

/** The objects of an inventory, in its order. */
export function readInventory(groups: DeepReadonly<InventoryGroup[]> | undefined): readonly ObjectRef[] {
  return (groups ?? []).flatMap(({ apiVersion, kind, namespace, names }) =>
    names.map(name => ({ apiVersion, kind, ...(namespace !== undefined && { namespace }), name })),
  )
}

/** The one form of a set of objects: grouped, sorted, each once. The form with the newest apiVersion wins. */
export function toInventory(refs: readonly ObjectRef[]): InventoryGroup[] {
  const groups = new Map<string, InventoryGroup>()
  const sorted = [...new Map(refs.map(ref => [refKey(ref), ref])).values()].sort((a, b) =>
    compareText(`${a.kind} ${refKey(a)}`, `${b.kind} ${refKey(b)}`),
  )
  for (const { apiVersion, kind, namespace, name } of sorted) {
    const key = `${apiVersion} ${kind} ${namespace ?? ''}`
    const group = groups.get(key)
    if (group !== undefined) group.names.push(name)
    else groups.set(key, { apiVersion, kind, ...(namespace !== undefined && { namespace }), names: [name] })
  }
  return [...groups.values()]
}

/** Everything in either: what must be written before anything is applied. */
export function unionInventory(a: readonly ObjectRef[], b: readonly ObjectRef[]): InventoryGroup[] {
  return toInventory([...a, ...b])
}
