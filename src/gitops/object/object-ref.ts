import { parseGroupVersion } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'

/** Names one object of any kind, as manifests and inventories do. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** Equal for two refs to the same object: the version is left out, because it names a form, not an object. */
export function refKey(ref: ObjectRef): string {
  return `${parseGroupVersion(ref.apiVersion).group}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`
}

/** `Deployment hello/web`, `Namespace hello`: how people are told. */
export function formatRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`
}

export function refOf(object: DeepReadonly<KubeObject>): ObjectRef {
  const { namespace, name } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, ...(namespace !== undefined && { namespace }), name }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
