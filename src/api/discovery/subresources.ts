import type { Kind, SubresourceInfo } from '../kind.ts'

const READ_AND_WRITE = ['get', 'patch', 'update']

/** All subresources of a kind, by name. */
export function subresourcesOf(kind: Kind): readonly SubresourceInfo[] {
  const all: SubresourceInfo[] = [...(kind.subresources.others ?? [])]
  if (kind.subresources.status) all.push({ name: 'status', kind: kind.kind, verbs: READ_AND_WRITE })
  if (kind.subresources.scale) {
    all.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: READ_AND_WRITE })
  }
  return all.sort((a, b) => (a.name < b.name ? -1 : 1))
}
