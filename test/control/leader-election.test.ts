import test from 'ava'
import { Lease } from '../../src/api/kinds/coordination/lease.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { Client, Fence } from '../../src/client/client.ts'
import { startLeaderElection } from '../../src/control/leader-election.ts'
import type { RunningLoop } from '../../src/control/loop.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { TestCluster } from '../controllers/test-cluster.ts'

const key = { namespace: 'default', name: 'leader' }

interface Process {
  readonly election: RunningLoop
  readonly leads: () => boolean
  readonly write: () => Promise<unknown>
  /** From now on it reaches nothing any more. */
  cutOff(): void
}

function candidate(cluster: TestCluster, holder: string): Process {
  let leading: Fence | undefined
  let reachable = true
  const client = new Proxy(cluster.client, {
    get(target, property: keyof Client) {
      const value = target[property]
      if (typeof value !== 'function') return value
      return (...args: never[]) =>
        reachable ? (value as (...args: never[]) => unknown).apply(target, args) : Promise.reject(new Error('cut off'))
    },
  })
  const election = startLeaderElection({
    client,
    lease: { ...key, holder },
    clock: cluster.clock,
    random: cluster.random,
    log: silentLogger,
    lead(fence) {
      leading = fence
      return {
        stop: async () => {
          leading = undefined
        },
      }
    },
  })
  const write = () =>
    cluster.client.withFence({ ...key, holder }).create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', generateName: 'written-' },
    })
  return {
    election,
    leads: () => leading !== undefined,
    write,
    cutOff() {
      reachable = false
    },
  }
}

test('one leads, the other follows when it is stopped, at once', async t => {
  const cluster = await TestCluster.start({})
  const a = candidate(cluster, 'a')
  await cluster.rest(3_000)
  const b = candidate(cluster, 'b')
  await cluster.rest(60_000)
  t.deepEqual([a.leads(), b.leads()], [true, false])
  await a.write()
  await t.throwsAsync(b.write(), { message: /lease is not held by "b"/ })
  await a.election.stop()
  await cluster.rest(3_000)
  t.deepEqual([a.leads(), b.leads()], [false, true])
  await t.throwsAsync(a.write(), { message: /lease is not held by "a"/ })
  const lease = await cluster.client.get(Lease, key)
  t.is(lease.spec?.holderIdentity, 'b')
  t.is(lease.spec?.leaseTransitions, 1)
  await b.election.stop()
})

test('a leader that is cut off stops before another one starts, and its late writes are refused', async t => {
  const cluster = await TestCluster.start({})
  const a = candidate(cluster, 'a')
  await cluster.rest(3_000)
  const b = candidate(cluster, 'b')
  await cluster.rest(5_000)
  a.cutOff()
  let together = false
  for (let second = 0; second < 30; second++) {
    await cluster.rest(1_000)
    together ||= a.leads() && b.leads()
  }
  t.false(together)
  t.deepEqual([a.leads(), b.leads()], [false, true])
  await t.throwsAsync(a.write(), { message: /lease is not held by "a"/ })
  await b.write()
  await a.election.stop()
  await b.election.stop()
})

test('a process that comes back under its own name leads on without waiting', async t => {
  const cluster = await TestCluster.start({})
  const first = candidate(cluster, 'a')
  await cluster.rest(3_000)
  first.cutOff()
  const second = candidate(cluster, 'a')
  await cluster.rest(1_000)
  t.true(second.leads())
  await first.election.stop()
  await second.election.stop()
})
