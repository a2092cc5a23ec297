import type { KindRegistry, ServedKind } from '../kind-registry.ts'

/** One group with all its versions, the preferred one first. */
export interface ServedGroup {
  /** `''` is the core group. */
  readonly name: string
  readonly versions: readonly ServedVersion[]
}

interface ServedVersion {
  readonly version: string
  /** By plural. */
  readonly kinds: readonly ServedKind[]
}

/** What a registry serves, in an order that depends on nothing but its contents: groups and kinds by name. */
export function servedGroups(kinds: KindRegistry): readonly ServedGroup[] {
  const groups = new Map<string, Map<string, ServedKind[]>>()
  for (const kind of kinds.list()) {
    for (const version of kind.versions) {
      const versions = groups.get(version.group) ?? new Map<string, ServedKind[]>()
      groups.set(version.group, versions)
      versions.set(version.version, [...(versions.get(version.version) ?? []), { kind, version }])
    }
  }
  return [...groups].map(([name, versions]) => servedGroup(name, versions)).sort((a, b) => compareText(a.name, b.name))
}

function servedGroup(name: string, versions: ReadonlyMap<string, ServedKind[]>): ServedGroup {
  const ordered = [...versions].map(([version, kinds]) => ({
    version,
    kinds: kinds.toSorted((a, b) => compareText(a.kind.plural, b.kind.plural)),
  }))
  return { name, versions: ordered.sort((a, b) => compareVersions(a.version, b.version)) }
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/

/** `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, then anything else by name. */
function compareVersions(left: string, right: string): number {
  const leftRank = rankOf(left)
  const rightRank = rankOf(right)
  for (const [index, rank] of leftRank.entries()) {
    const other = rightRank[index] ?? 0
    if (rank !== other) return other - rank
  }
  return compareText(left, right)
}

/** Larger is preferred: stability, major, minor. */
function rankOf(version: string): readonly number[] {
  const [match, major, stage, minor] = VERSION.exec(version) ?? []
  if (match === undefined) return [0, 0, 0]
  const stability = stage === undefined ? 3 : stage === 'beta' ? 2 : 1
  return [stability, Number(major), Number(minor ?? 0)]
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
