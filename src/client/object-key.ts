import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'

/** `namespace/name`, or `name` for cluster-scoped objects: what queues, maps and log lines use. */
export function formatObjectKey(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`
}

/** The reverse of `formatObjectKey`; neither part can hold a slash. */
export function parseObjectKey(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

export function objectKeyOf(object: DeepReadonly<KubeObject>): ObjectKey {
  const { namespace, name } = object.metadata
  return namespace === undefined ? { name } : { namespace, name }
}
