import { equalJson } from '../api/equal-json.ts'
import type { KubeObject } from '../api/object.ts'

type LeaseLike = Readonly<KubeObject> & { readonly spec?: { readonly renewTime?: string } }

/** True when two states of a lease differ in nothing but the time of its renewal (and in who wrote that when). */
export function isRenewal(next: LeaseLike, current: LeaseLike): boolean {
  return next.spec?.renewTime !== current.spec?.renewTime && equalJson(lasting(next), lasting(current))
}

function lasting({ metadata, ...lease }: LeaseLike): object {
  const { managedFields: _fields, resourceVersion: _version, ...kept } = metadata
  const { renewTime: _time, ...spec } = lease.spec ?? {}
  return { ...lease, metadata: kept, spec }
}
