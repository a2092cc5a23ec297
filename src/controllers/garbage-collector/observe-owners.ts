import type { DeepReadonly, OwnerReference } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import type { GraphObject, OwnerGraph } from './owner-graph.ts'
import { waitsForDependents } from './owner-graph.ts'
import type { OwnerState } from './plan.ts'

export interface ObservedOwner {
  readonly state: OwnerState
  /** Seen by a direct look only: its own changes are not being told yet. */
  readonly isVirtual?: boolean
  /** The reference leads to another namespace, or from outside into one. */
  readonly isMisplaced?: boolean
}

/** What the graph alone says of an owner; undefined when only the server can tell. */
export function knownOwner(
  graph: OwnerGraph,
  client: Client,
  dependent: GraphObject,
  reference: DeepReadonly<OwnerReference>,
): ObservedOwner | undefined {
  const served = client.kinds.byKind(reference.apiVersion, reference.kind)
  if (served === undefined) return { state: 'unknown' }
  if (served.kind.namespaced && dependent.key.namespace === undefined) return { state: 'unknown', isMisplaced: true }
  const owner = graph.get(reference.uid)
  if (owner === undefined || owner.kind !== served.kind || owner.key.name !== reference.name) return undefined
  if (served.kind.namespaced && owner.key.namespace !== dependent.key.namespace) return undefined
  return { state: waitsForDependents(owner) ? 'waiting' : 'present' }
}

/** Asks the server, as up to date as can be, about an owner that the graph does not have. */
export async function observeOwner(
  graph: OwnerGraph,
  client: Client,
  dependent: GraphObject,
  reference: DeepReadonly<OwnerReference>,
): Promise<ObservedOwner> {
  const known = knownOwner(graph, client, dependent, reference)
  if (known !== undefined) return known
  const { kind } = client.kinds.byKind(reference.apiVersion, reference.kind)!
  const { namespace } = dependent.key
  const key = { name: reference.name, ...(kind.namespaced && namespace !== undefined && { namespace }) }
  const live = await getIfPresent(client, kind, key, { consistency: 'latest' })
  if (live?.metadata.uid === reference.uid) return { state: 'present', isVirtual: true }
  return { state: 'absent', isMisplaced: graph.get(reference.uid) !== undefined }
}
