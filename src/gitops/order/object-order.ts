import { parseGroupVersion } from '../../api/kind.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { compareText, refKey } from '../object/object-ref.ts'

/** Kinds others need come first; what is not listed comes last, before nothing. */
const RANKS: readonly string[] = [
  '/Namespace',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/StorageClass',
  '/ResourceQuota',
  '/LimitRange',
  '/ServiceAccount',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/RoleBinding',
  '/Secret',
  '/ConfigMap',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/Service',
]
const RANK_OF = new Map(RANKS.map((kind, rank) => [kind, rank]))

const WAVE_ANNOTATION = 'argocd.argoproj.io/sync-wave'

/** The wave an object is applied in: Argo CD's annotation, 0 without one or when it is no whole number. */
export function waveOf(object: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}): number {
  const text = object.metadata.annotations?.[WAVE_ANNOTATION]
  return text !== undefined && /^-?\d{1,6}$/.test(text) ? Number(text) : 0
}

/** Order of applying; deletes go the other way round. */
export function compareForApply(a: ObjectRef, b: ObjectRef): number {
  return rankOf(a) - rankOf(b) || compareText(refKey(a), refKey(b))
}

function rankOf(ref: ObjectRef): number {
  return RANK_OF.get(`${parseGroupVersion(ref.apiVersion).group}/${ref.kind}`) ?? RANKS.length
}
