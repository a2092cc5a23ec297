import { isApiError } from '../api/api-error.ts'
import { Lease } from '../api/kinds/coordination/lease.ts'
import { Node } from '../api/kinds/core/node.ts'
import type { Client, Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import { formatMicroTime } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { AUTHENTICATED_GROUP } from './authentication.ts'
import type { NodeTunnels } from './node-tunnel.ts'

export interface NodeHeartbeatOptions {
  readonly tunnels: NodeTunnels
  /** Acts as the node itself: its agent is who gives the sign of life. */
  readonly client: (identity: Identity) => Client
  readonly clock: Clock
  readonly log: Logger
}

const LEASE_NAMESPACE = 'kube-node-lease'
/** As Kubernetes has it; a node whose lease is older counts as silent. */
const LEASE_SECONDS = 40
const FIELD_MANAGER = 'pintle-server'

/**
 * An agent's open connection is the heartbeat of its node: for each sign of life its Lease is renewed. The registry
 * keeps renewals in memory, so a cluster at rest writes nothing.
 */
export function startNodeHeartbeats(options: NodeHeartbeatOptions): { close(): void } {
  const renewing = new Set<string>()
  const { log } = options

  async function beat(nodeName: string): Promise<void> {
    if (renewing.has(nodeName)) return
    renewing.add(nodeName)
    try {
      await renewLease(nodeName, options)
    } catch (error) {
      // Not registered yet, or somebody else wrote at the same moment: the next beat is seconds away.
      const expected = isApiError(error) && (error.code === 404 || error.code === 409)
      if (!expected) log.log('warn', 'node lease not renewed', { node: nodeName, error: String(error) })
    } finally {
      renewing.delete(nodeName)
    }
  }

  return options.tunnels.onHeartbeat(nodeName => void beat(nodeName))
}

async function renewLease(nodeName: string, { client, clock }: NodeHeartbeatOptions): Promise<void> {
  const asNode = client({ user: `system:node:${nodeName}`, groups: ['system:nodes', AUTHENTICATED_GROUP] })
  const renewTime = formatMicroTime(clock.now())
  const write = { fieldManager: FIELD_MANAGER }
  try {
    const lease = await asNode.get(Lease, { namespace: LEASE_NAMESPACE, name: nodeName })
    await asNode.update(Lease, { ...lease, spec: { ...lease.spec, renewTime } }, write)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    const { uid = '' } = (await asNode.get(Node, { name: nodeName })).metadata
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }]
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime }
    const metadata = { namespace: LEASE_NAMESPACE, name: nodeName, ownerReferences }
    await asNode.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }, write)
  }
}
