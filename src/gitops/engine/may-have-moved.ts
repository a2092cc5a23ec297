import type { ObjectRef } from '../object/object-ref.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import { isUnreadable } from '../render/rendered-application.ts'
import { SETTINGS_FILE } from '../source/application-settings.ts'
import { CLUSTER_APPLICATION } from '../source/source-application.ts'
import type { DesiredState } from './desired-state.ts'

/**
 * Unknown is not absent: an object that left one application may have moved to another that cannot be read at this
 * commit. Says which one, when it could own the object; undefined when none can. Pure.
 */
export function mayHaveMoved(ref: ObjectRef, from: string, desired: DesiredState): string | undefined {
  for (const other of desired.applications.values()) {
    if (other.name === from || !isUnreadable(other) || !couldOwn(other, ref, desired)) continue
    return `application ${other.name} cannot be read at this commit and may have it now`
  }
  return undefined
}

function couldOwn(other: RenderedApplication, ref: ObjectRef, { rules }: DesiredState): boolean {
  if (other.name === CLUSTER_APPLICATION) return true
  if (other.problems.some(({ path, unreadable }) => unreadable && path.endsWith(`/${SETTINGS_FILE}`))) return true
  const grant = rules.grants.get(other.name)
  if (ref.namespace === undefined) {
    return (grant?.kinds.length ?? 0) > 0 || (ref.kind === 'Namespace' && ref.name === other.settings.namespace)
  }
  return ref.namespace === other.settings.namespace || (grant?.namespaces.includes(ref.namespace) ?? false)
}
