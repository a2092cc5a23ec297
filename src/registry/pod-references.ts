import type { PodSpec } from '../api/generated/types.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import { isPlainObject } from '../api/plain-object.ts'

export type PodLike = Readonly<KubeObject> & { readonly spec?: DeepReadonly<PodSpec> }

/** Annotation of a pod that an agent has created: the agent's node. */
export const REGISTERED_BY = 'pintle.dev/registered-by'

/**
 * True when what the pod refers to may be shown to the agent of its node: not for a pod that the agent made up itself and
 * that no controller has taken as its own.
 */
export function opensReferences({ metadata }: PodLike): boolean {
  const isOwned = metadata.ownerReferences?.some(owner => owner.controller === true) ?? false
  return isOwned || metadata.annotations?.[REGISTERED_BY] === undefined
}

/** True when the pod cannot run without the named object: by a volume, its environment, a pull secret, its account. */
export function podReferences({ spec }: PodLike, plural: string, name: string): boolean {
  if (spec === undefined) return false
  if (plural === 'serviceaccounts') return spec.serviceAccountName === name
  if (plural === 'secrets' && spec.imagePullSecrets?.some(each => each.name === name)) return true
  const keys = plural === 'secrets' ? SECRET_KEYS : CONFIG_MAP_KEYS
  return [spec.volumes, spec.containers, spec.initContainers, spec.ephemeralContainers].some(part =>
    names(part, keys, name),
  )
}

/** Members under which a pod names such an object, and how the name is called there. */
const SECRET_KEYS = new Map([
  ['secret', ['name', 'secretName']],
  ['secretRef', ['name']],
  ['secretKeyRef', ['name']],
])
const CONFIG_MAP_KEYS = new Map([
  ['configMap', ['name']],
  ['configMapRef', ['name']],
  ['configMapKeyRef', ['name']],
])

function names(value: unknown, keys: ReadonlyMap<string, readonly string[]>, name: string): boolean {
  if (Array.isArray(value)) return value.some(each => names(each, keys, name))
  if (!isPlainObject(value)) return false
  return Object.entries(value).some(([key, member]) => {
    const fields = keys.get(key)
    const named = fields !== undefined && isPlainObject(member) && fields.some(field => member[field] === name)
    return named || names(member, keys, name)
  })
}
