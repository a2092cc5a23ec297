import type { Identity } from '../client/client.ts'
import type { AccessRequest } from './authorizer.ts'

const READ = 'get,list,watch'
const WRITE = 'create,update,patch,delete'
const CHANGE = 'update,patch'

/**
 * `verbs resources`; a resource is `plural`, `plural/subresource` or either behind `group:`. `*` is everything, `*,-x`
 * everything but x.
 */
type Rule = string

/** Every loop reports what it does and holds its leader's lease. */
const EVERY_LOOP: readonly Rule[] = [
  'create,update,patch,get,list events,events.k8s.io:events',
  'get,list,watch,create,update,patch coordination.k8s.io:leases',
  `${READ} namespaces`,
]

/** What each loop needs, by its user name. */
const LOOPS: Readonly<Record<string, readonly Rule[]>> = {
  'system:controller:deployment-controller': [
    `${READ} apps:deployments,apps:replicasets,pods`,
    `${CHANGE} apps:deployments,apps:deployments/status`,
    `${WRITE} apps:replicasets`,
    `${CHANGE} apps:replicasets/status`,
  ],
  'system:controller:replicaset-controller': [
    `${READ} apps:replicasets,pods`,
    `${CHANGE} apps:replicasets,apps:replicasets/status`,
    `${WRITE} pods`,
  ],
  // It empties namespaces: whatever is in one.
  'system:controller:namespace-controller': [
    `${READ},delete,deletecollection *`,
    `${CHANGE} namespaces,namespaces/status,namespaces/finalize`,
    `${CHANGE} *`,
  ],
  // What all controllers look at through, in one process.
  'system:controller:informers': [`${READ} *`],
  // It follows owner references of every kind, and takes finalizers and references off.
  'system:controller:garbage-collector': [`${READ},delete,${CHANGE} *`],
  'system:controller:endpointslice-controller': [
    `${READ} services,pods,nodes,discovery.k8s.io:endpointslices`,
    `${WRITE} discovery.k8s.io:endpointslices`,
    `${CHANGE} services/status`,
  ],
  'system:controller:node-lifecycle-controller': [
    `${READ} nodes,pods`,
    `${CHANGE} nodes,nodes/status,pods/status`,
    'delete pods',
  ],
  'system:controller:pod-garbage-collector': [`${READ} nodes,pods`, 'delete pods', `${CHANGE} pods/status`],
  'system:controller:service-account-controller': [`${READ},create serviceaccounts`],
  'system:controller:root-ca-publisher': [`${READ},create,${CHANGE} configmaps`],
  'system:kube-scheduler': [
    `${READ} pods,nodes,services,apps:replicasets,apps:deployments`,
    'create pods/binding,bindings',
    `${CHANGE} pods/status`,
    'delete pods',
  ],
  // It applies whatever Git says, and sees what others do to it: Secrets too, or they would not be put back.
  'pintle-sync': [`${READ},${WRITE},deletecollection *`],
}

interface Permission {
  readonly verbs: ReadonlySet<string>
  /** `group:plural`, `group:plural/subresource` or `*`. */
  readonly resources: ReadonlySet<string>
}

export interface LoopPermissions {
  knows(user: Identity): boolean
  allows(request: AccessRequest): boolean
}

export function createLoopPermissions(): LoopPermissions {
  const permissions = new Map(
    Object.entries(LOOPS).map(([user, rules]) => [user, [...EVERY_LOOP, ...rules].map(parseRule)]),
  )
  return {
    knows: ({ user }) => permissions.has(user),
    allows({ user, verb, resource }) {
      if (resource === undefined) return false
      const { group, plural, subresource } = resource
      const wanted = `${group}:${subresource === undefined ? plural : `${plural}/${subresource}`}`
      const own = permissions.get(user.user) ?? []
      return own.some(({ verbs, resources }) => verbs.has(verb) && names(resources, wanted))
    },
  }
}

function names(resources: ReadonlySet<string>, wanted: string): boolean {
  return resources.has(wanted) || resources.has('*')
}

function parseRule(rule: Rule): Permission {
  const [verbs = '', resources = ''] = rule.split(' ')
  return {
    verbs: new Set(verbs.split(',')),
    resources: new Set(resources.split(',').map(fullName)),
  }
}

/** The core group has the empty name. */
function fullName(resource: string): string {
  return resource === '*' || resource.includes(':') ? resource : `:${resource}`
}
