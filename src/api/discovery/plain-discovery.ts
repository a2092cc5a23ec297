import type { SubresourceInfo } from '../kind.ts'
import { formatGroupVersion } from '../kind.ts'
import type { KindRegistry, ServedKind } from '../kind-registry.ts'
import type { ServedGroup } from './served-groups.ts'
import { servedGroups } from './served-groups.ts'
import { subresourcesOf } from './subresources.ts'

/** `GET /api` for clients that do not ask for the aggregated form. `serverAddress` is host and port. */
export function apiVersionsDocument(serverAddress: string) {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  }
}

/** `GET /apis`. */
export function apiGroupList(kinds: KindRegistry) {
  const groups = servedGroups(kinds).filter(({ name }) => name !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) }
}

/** `GET /apis/<group>`; undefined when nothing of the group is served. */
export function apiGroup(kinds: KindRegistry, name: string) {
  const group = name === '' ? undefined : servedGroups(kinds).find(each => each.name === name)
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) }
}

/** `GET /api/v1`, `GET /apis/<group>/<version>`; undefined when nothing of that version is served. */
export function apiResourceList(kinds: KindRegistry, groupVersion: string) {
  for (const { name, versions } of servedGroups(kinds)) {
    const found = versions.find(({ version }) => formatGroupVersion(name, version) === groupVersion)
    if (found === undefined) continue
    const resources = found.kinds.flatMap(describeResource)
    return { kind: 'APIResourceList', ...(name !== '' && { apiVersion: 'v1' }), groupVersion, resources }
  }
  return undefined
}

function describeGroup({ name, versions }: ServedGroup) {
  const all = versions.map(({ version }) => ({ groupVersion: formatGroupVersion(name, version), version }))
  return { name, versions: all, preferredVersion: all[0] }
}

function describeResource({ kind }: ServedKind) {
  const { plural, singular, namespaced, verbs, shortNames, categories } = kind
  const resource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  }
  return [resource, ...subresourcesOf(kind).map(each => describeSubresource(each, plural, namespaced))]
}

function describeSubresource(
  { name, kind, group, version, verbs }: SubresourceInfo,
  plural: string,
  namespaced: boolean,
) {
  return {
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(group !== undefined && { group }),
    ...(version !== undefined && { version }),
    kind,
    verbs,
  }
}
