import test from 'ava'
import { Lease } from '../../src/api/kinds/coordination/lease.ts'
import { Node } from '../../src/api/kinds/core/node.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { startNodeHeartbeats } from '../../src/server/node-heartbeats.ts'
import type { NodeTunnels } from '../../src/server/node-tunnel.ts'
import { ManualClock, settle } from '../client/manual-clock.ts'
import { openRegistry } from '../registry/open-registry.ts'

test('signs of life renew the lease of the node, and write nothing once it exists', async t => {
  const { registry, admin, store, close } = await openRegistry()
  const clock = new ManualClock()
  let beat = (_nodeName: string) => {}
  const tunnels = {
    onHeartbeat(listener: (nodeName: string) => void) {
      beat = listener
      return { close: () => {} }
    },
  } as unknown as NodeTunnels
  startNodeHeartbeats({ tunnels, client: identity => registry.client(identity), clock, log: silentLogger })
  const beatAndWait = async () => {
    beat('node-1')
    for (let turn = 0; turn < 20; turn++) await settle()
  }
  const leases = async () => (await admin.list(Lease, { namespace: 'kube-node-lease' })).items

  await beatAndWait()
  t.deepEqual(await leases(), [], 'a node that is not registered has no lease')

  const node = await admin.create(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} })
  await beatAndWait()
  const [made] = await leases()
  t.is(made?.metadata.name, 'node-1')
  t.like(made?.spec, { holderIdentity: 'node-1', leaseDurationSeconds: 40 })
  t.is(made?.metadata.ownerReferences?.[0]?.uid, node.metadata.uid)

  const revision = store.revision
  await clock.advance(10_000)
  await beatAndWait()
  const [renewed] = await leases()
  t.not(renewed?.spec?.renewTime, made?.spec?.renewTime)
  t.is(store.revision, revision, 'a renewal is no write')
  await close()
})
