import type { SubresourceInfo } from '../kind.ts'
import type { KindRegistry, ServedKind } from '../kind-registry.ts'
import type { ServedGroup } from './served-groups.ts'
import { servedGroups } from './served-groups.ts'
import { subresourcesOf } from './subresources.ts'

export type AggregatedDiscoveryVersion = 'v2' | 'v2beta1'

/**
 * APIGroupDiscoveryList: everything a client needs to know in one document. `/api` shows the core group alone, `/apis`
 * all others. Both versions have the same fields.
 */
export function aggregatedDiscovery(kinds: KindRegistry, path: '/api' | '/apis', version: AggregatedDiscoveryVersion) {
  const groups = servedGroups(kinds).filter(({ name }) => (name === '') === (path === '/api'))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(describeGroup),
  }
}

function describeGroup({ name, versions }: ServedGroup) {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map(({ version, kinds }) => ({
      version,
      resources: kinds.map(describeResource),
      freshness: 'Current',
    })),
  }
}

function describeResource(served: ServedKind) {
  const { kind, version } = served
  const subresources = subresourcesOf(kind)
  return {
    resource: kind.plural,
    responseKind: { group: version.group, version: version.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(subresources.length > 0 && { subresources: subresources.map(each => describeSubresource(each, served)) }),
  }
}

function describeSubresource({ name, kind, group, version, verbs }: SubresourceInfo, served: ServedKind) {
  return {
    subresource: name,
    responseKind: { group: group ?? served.version.group, version: version ?? served.version.version, kind },
    verbs,
  }
}
