import { parseFieldSelector } from '../api/selector/field-selector.ts'
import type { Identity } from '../client/client.ts'
import type { AccessRequest, ObjectReader } from './authorizer.ts'
import { opensReferences, type PodLike, podReferences } from './pod-references.ts'

const NODE_GROUP = 'system:nodes'
const NODE_USER = 'system:node:'
const LEASE_NAMESPACE = 'kube-node-lease'

type Resource = NonNullable<AccessRequest['resource']>

/** The node that this identity is the agent of. */
export function nodeNameOf({ user, groups }: Identity): string | undefined {
  return groups.includes(NODE_GROUP) && user.startsWith(NODE_USER) ? user.slice(NODE_USER.length) : undefined
}

/** Undefined = allowed. An agent sees and changes what concerns its own node, and nothing else. */
export function whyNodeMayNot(node: string, request: AccessRequest, objects: ObjectReader): string | undefined {
  const { verb } = request
  const resource = request.resource ?? { group: '', plural: '' }
  switch (`${resource.group}/${resource.plural}`) {
    case '/nodes':
      return whyNotNode(node, verb, resource)
    case '/pods':
      return whyNotPod(node, verb, resource, objects)
    case '/secrets':
    case '/configmaps':
    case '/serviceaccounts':
      return whyNotReferenced(node, verb, resource, objects)
    case 'coordination.k8s.io/leases':
      return whyNotLease(node, verb, resource)
    case '/events':
    case 'events.k8s.io/events':
      return isOneOf(verb, ['create', 'update', 'patch']) ? undefined : 'an agent may only write events'
    case '/services':
    case 'discovery.k8s.io/endpointslices':
      return isRead(verb) ? undefined : 'an agent may only read these'
  }
  return 'an agent has no access to this resource'
}

function whyNotNode(node: string, verb: string, resource: Resource): string | undefined {
  const verbs =
    resource.subresource === undefined
      ? ['get', 'list', 'watch', 'create', 'update', 'patch']
      : ['get', 'update', 'patch']
  if (!isOneOf(verb, verbs)) return `an agent may not ${verb} nodes`
  return namedBy(resource) === node ? undefined : `an agent may only access its own node, ${node}`
}

function whyNotPod(node: string, verb: string, resource: Resource, objects: ObjectReader): string | undefined {
  const { namespace, name, subresource } = resource
  if (isOneOf(verb, ['list', 'watch'])) {
    const own = requiredField(resource, 'spec.nodeName') === node
    return own ? undefined : `an agent may only ${verb} pods with the field selector spec.nodeName=${node}`
  }
  // Which node a new pod names is for the plugin NodeRestriction to see.
  if (verb === 'create' && subresource === undefined) return undefined
  const verbs =
    subresource === undefined
      ? ['get', 'delete']
      : subresource === 'status'
        ? ['get', 'update', 'patch']
        : subresource === 'eviction'
          ? ['create']
          : []
  if (!isOneOf(verb, verbs)) return `an agent may not ${verb} pods${subresource === undefined ? '' : `/${subresource}`}`
  const pod =
    name === undefined ? undefined : objects.read('', 'pods', { name, ...(namespace !== undefined && { namespace }) })
  if (pod === undefined)
    return verb === 'get' || verb === 'delete' || subresource !== undefined ? undefined : 'there is no such pod'
  return (pod as PodLike).spec?.nodeName === node ? undefined : `the pod is not bound to node ${node}`
}

function whyNotReferenced(node: string, verb: string, resource: Resource, objects: ObjectReader): string | undefined {
  const { namespace, plural, subresource } = resource
  const name = namedBy(resource)
  const asksForToken = plural === 'serviceaccounts' && subresource === 'token' && verb === 'create'
  if (!asksForToken && (subresource !== undefined || !isRead(verb))) return `an agent may only read ${plural}`
  if (namespace === undefined || name === undefined) return `an agent may only read single ${plural} by name`
  for (const pod of objects.readAll('', 'pods', namespace)) {
    if (isOpen(pod as PodLike, node) && podReferences(pod as PodLike, plural, name)) return undefined
  }
  return `no relationship found between node ${JSON.stringify(node)} and this object: no pod bound to the node refers to it`
}

function isOpen(pod: PodLike, node: string): boolean {
  return pod.spec?.nodeName === node && opensReferences(pod)
}

function whyNotLease(node: string, verb: string, resource: Resource): string | undefined {
  const own = resource.namespace === LEASE_NAMESPACE && namedBy(resource) === node
  return own && verb !== 'deletecollection'
    ? undefined
    : `an agent may only access its own lease, ${LEASE_NAMESPACE}/${node}`
}

function namedBy(resource: Resource): string | undefined {
  return resource.name ?? requiredField(resource, 'metadata.name')
}

/** The value that a field selector fixes; undefined when there is none, or when it cannot be parsed. */
function requiredField({ fieldSelector = '' }: Resource, field: string): string | undefined {
  try {
    return parseFieldSelector(fieldSelector, ['spec.nodeName', ...fieldNames(fieldSelector)]).required(field)
  } catch {
    return undefined
  }
}

/** Other fields do not widen what is selected: all terms must hold. */
function fieldNames(fieldSelector: string): string[] {
  return fieldSelector.split(',').flatMap(term => /^\s*([^=!\\]+?)\s*(?:==|!=|=)/.exec(term)?.[1] ?? [])
}

function isRead(verb: string): boolean {
  return isOneOf(verb, ['get', 'list', 'watch'])
}

function isOneOf(verb: string, verbs: readonly string[]): boolean {
  return verbs.includes(verb)
}
