import type { Kind } from '../api/kind.ts'

/** The few kinds whose life the registry itself has a part in. Everything else is the same for every kind. */
const isResource = (group: string, plural: string) => (kind: Kind) => kind.group === group && kind.plural === plural

export const isNamespaceKind = isResource('', 'namespaces')
export const isPodKind = isResource('', 'pods')
export const isServiceKind = isResource('', 'services')
export const isLeaseKind = isResource('coordination.k8s.io', 'leases')
