import type { Lease } from '../../api/kinds/coordination/lease.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { NodeView } from './plan.ts'

interface Heartbeat {
  /** What the node last said of itself; any difference is a sign of life. */
  readonly sign: string
  readonly seenAtMs: number
  readonly watchedSinceMs: number
}

/**
 * When each node was last heard of, by our own monotonic clock: the times that nodes write are theirs, and theirs may be
 * wrong. Begins anew with the process, so that a node has its full time to be heard after a restart.
 */
export class Heartbeats {
  readonly #known = new Map<string, Heartbeat>()

  /** Returns for how long the node has been silent, and for how long it has been looked at. */
  observe(node: NodeView, lease: DeepReadonly<Lease> | undefined, nowMs: number) {
    const uid = node.metadata.uid ?? ''
    const sign = signOf(node, lease)
    const before = this.#known.get(uid)
    const heartbeat =
      before !== undefined && before.sign === sign
        ? before
        : { sign, seenAtMs: nowMs, watchedSinceMs: before?.watchedSinceMs ?? nowMs }
    this.#known.set(uid, heartbeat)
    return { silentForMs: nowMs - heartbeat.seenAtMs, watchedForMs: nowMs - heartbeat.watchedSinceMs }
  }

  /** Forgets nodes that are no more. */
  retain(nodes: readonly NodeView[]): void {
    const uids = new Set(nodes.map(node => node.metadata.uid ?? ''))
    for (const uid of this.#known.keys()) if (!uids.has(uid)) this.#known.delete(uid)
  }
}

/** Only what the node alone writes: its lease, and the times in its conditions. */
function signOf(node: NodeView, lease: DeepReadonly<Lease> | undefined): string {
  const beats = (node.status?.conditions ?? []).map(each => `${each.type}=${each.lastHeartbeatTime ?? ''}`)
  return [lease?.spec?.renewTime ?? '', lease?.spec?.holderIdentity ?? '', ...beats.sort()].join()
}
