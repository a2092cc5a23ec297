import { parseGroupVersion } from '../../api/kind.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef } from '../object/object-ref.ts'
import type { Grants } from './grants.ts'
import { isReservedNamespace } from './grants.ts'

export interface ScopeQuestion {
  readonly application: string
  /** The application's own namespace. */
  readonly ownNamespace: string
  readonly isCluster: boolean
  readonly grants: Grants
}

export interface Refusal {
  readonly message: string
  readonly remedy: string
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** Why an application may not have this object, or undefined. Pure. */
export function judgeScope(ref: ObjectRef, namespaced: boolean, question: ScopeQuestion): Refusal | undefined {
  if (question.isCluster) return undefined
  const grant = question.grants.get(question.application)
  if (isGrantedKind(ref, grant?.kinds ?? [])) return undefined
  if (!namespaced) return judgeClusterScoped(ref, question)
  if (parseGroupVersion(ref.apiVersion).group === RBAC_GROUP)
    return refuseKind(ref, question, 'changes who may do what')
  return judgeNamespace(ref.namespace ?? '', formatRef(ref), question)
}

/** Whether an application may write to this namespace at all; also what its own `namespace` setting is held to. */
export function judgeNamespace(namespace: string, what: string, question: ScopeQuestion): Refusal | undefined {
  if (question.isCluster) return undefined
  if (isReservedNamespace(namespace)) {
    return {
      message: `${what} is in namespace ${namespace}; kube-* and pintle-* are for cluster/ alone`,
      remedy: 'use another namespace, or put the manifest below cluster/',
    }
  }
  const granted = question.grants.get(question.application)?.namespaces.includes(namespace) ?? false
  if (namespace === question.ownNamespace || granted) return undefined
  return {
    message: `${what} is in namespace ${namespace}, and application ${question.application} may write only to ${question.ownNamespace}`,
    remedy: `remove the namespace, or first push a grant in cluster/grants.yaml: {application: ${question.application}, namespaces: [${namespace}]}`,
  }
}

function judgeClusterScoped(ref: ObjectRef, question: ScopeQuestion): Refusal | undefined {
  const isOwnNamespace = ref.apiVersion === 'v1' && ref.kind === 'Namespace' && ref.name === question.ownNamespace
  if (isOwnNamespace && !isReservedNamespace(ref.name)) return undefined
  return refuseKind(ref, question, 'belongs to the whole cluster')
}

function refuseKind(ref: ObjectRef, question: ScopeQuestion, why: string): Refusal {
  const kind = formatGrantedKind(ref)
  return {
    message: `${formatRef(ref)} ${why}, and application ${question.application} may not write it`,
    remedy: `put it below cluster/, or first push a grant in cluster/grants.yaml: {application: ${question.application}, kinds: [${kind}]}`,
  }
}

function isGrantedKind(ref: ObjectRef, kinds: readonly string[]): boolean {
  return kinds.includes(formatGrantedKind(ref))
}

function formatGrantedKind(ref: ObjectRef): string {
  const { group } = parseGroupVersion(ref.apiVersion)
  return group === '' ? ref.kind : `${ref.kind}.${group}`
}
