import test from 'ava'
import type { Lease } from '../../../src/api/kinds/coordination/lease.ts'
import type { Node } from '../../../src/api/kinds/core/node.ts'
import { Heartbeats } from '../../../src/controllers/node-lifecycle/heartbeats.ts'

const node = (lastHeartbeatTime?: string) =>
  ({
    metadata: { name: 'n1', uid: 'n1' },
    status: { conditions: [{ type: 'Ready', status: 'True', ...(lastHeartbeatTime && { lastHeartbeatTime }) }] },
  }) as Node
const lease = (renewTime: string) => ({ spec: { holderIdentity: 'n1', renewTime } }) as Lease

test('silence counts from what was seen here, whatever times the node writes', t => {
  const heartbeats = new Heartbeats()
  t.is(heartbeats.observe(node(), lease('1999-01-01T00:00:00.000000Z'), 0).silentForMs, 0)
  t.is(heartbeats.observe(node(), lease('1999-01-01T00:00:00.000000Z'), 30_000).silentForMs, 30_000)
  t.is(heartbeats.observe(node(), lease('1998-01-01T00:00:00.000000Z'), 35_000).silentForMs, 0)
  t.deepEqual(heartbeats.observe(node(), lease('1998-01-01T00:00:00.000000Z'), 45_000), {
    silentForMs: 10_000,
    watchedForMs: 45_000,
  })
})

test('a heartbeat in a condition is a sign of life; what we write ourselves is not', t => {
  const heartbeats = new Heartbeats()
  heartbeats.observe(node('2023-01-01T00:00:00Z'), undefined, 0)
  t.is(heartbeats.observe(node('2023-01-01T00:00:10Z'), undefined, 10_000).silentForMs, 0)
  const said = node('2023-01-01T00:00:10Z')
  said.status!.conditions![0]!.status = 'Unknown'
  t.is(heartbeats.observe(said, undefined, 60_000).silentForMs, 50_000)
})

test('a node of the same name is another node', t => {
  const heartbeats = new Heartbeats()
  heartbeats.observe(node(), undefined, 0)
  heartbeats.retain([])
  t.deepEqual(heartbeats.observe(node(), undefined, 90_000), { silentForMs: 0, watchedForMs: 0 })
})
