/** The shapes every Kubernetes object shares (API conventions, "Objects" and "Metadata"). */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}

export interface ObjectMeta {
  name: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
}

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ManagedFieldsEntry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: FieldsV1
  subresource?: string
}

/** The wire form of a set of field paths: `f:name`, `k:{...}`, `v:...`, `i:0` and `.`. */
export type FieldsV1 = { [pathElement: string]: FieldsV1 }

/** Names one object; namespace is left out for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string
  readonly name: string
}

/** Read-only to any depth: what caches hand out. Copy before changing. */
export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T
