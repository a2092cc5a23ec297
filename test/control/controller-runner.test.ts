import test from 'ava'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Secret } from '../../src/api/kinds/core/secret.ts'
import type { ObjectKey } from '../../src/api/object.ts'
import type { Controller, ReconcileContext, ReconcileResult } from '../../src/control/controller.ts'
import { defineController, settled, TerminalError, wakeAt } from '../../src/control/controller.ts'
import { settle } from '../client/manual-clock.ts'
import { TestCluster } from '../controllers/test-cluster.ts'

type Reconcile = (key: ObjectKey, context: ReconcileContext) => Promise<ReconcileResult>

/** Runs under the name of a loop that may read and write everything. */
function controllerOf(reconcile: Reconcile, more: Partial<Controller> = {}): Controller {
  return { ...defineController({ name: 'garbage-collector', kind: ConfigMap, reconcile }), ...more }
}

function create(cluster: TestCluster, name: string, metadata: object = {}, kind = 'ConfigMap') {
  return cluster.create((kind === 'ConfigMap' ? ConfigMap : Secret) as never, {
    apiVersion: 'v1',
    kind,
    metadata: { namespace: 'default', name, ...metadata },
  })
}

test('each object is reconciled once, also those that were there before', async t => {
  const cluster = await TestCluster.start({})
  await create(cluster, 'early')
  const seen: string[] = []
  cluster.startControllers([
    controllerOf(async ({ name }) => {
      seen.push(name)
      return settled
    }),
  ])
  await cluster.rest()
  await create(cluster, 'late')
  await cluster.rest()
  t.deepEqual(seen, ['early', 'late'])
  await cluster.stop()
})

test('one key never runs twice at a time, several keys do, as many as allowed', async t => {
  const cluster = await TestCluster.start({})
  const running = new Map<string, number>()
  let most = 0
  const gates: (() => void)[] = []
  cluster.startControllers([
    controllerOf(
      async ({ name }) => {
        t.false(running.has(name))
        running.set(name, 1)
        most = Math.max(most, running.size)
        await new Promise<void>(resolve => gates.push(resolve))
        running.delete(name)
        return settled
      },
      { concurrency: 2 },
    ),
  ])
  for (const name of ['a', 'b', 'c']) await create(cluster, name)
  for (let change = 0; change < 3; change++) {
    const body = { data: { change: String(change) } }
    await cluster.client.patch(ConfigMap, { namespace: 'default', name: 'a' }, { type: 'merge', body })
  }
  let runs = 0
  for (let round = 0; round < 10; round++) {
    await settle()
    for (const open of gates.splice(0)) {
      runs += 1
      open()
    }
  }
  t.is(most, 2)
  t.is(runs, 4)
  await cluster.stop()
})

test('a key that fails is tried again, ever later; the others go on', async t => {
  const cluster = await TestCluster.start({})
  const times: number[] = []
  let good = 0
  cluster.startControllers([
    controllerOf(async ({ name }) => {
      if (name === 'good') good += 1
      else times.push(cluster.clock.monotonic())
      if (name === 'bad') throw new TypeError('a bug in one controller')
      return settled
    }),
  ])
  await create(cluster, 'bad')
  await create(cluster, 'good')
  await cluster.rest(10_000)
  t.is(good, 1)
  t.true(times.length >= 5 && times.length < 20)
  const gaps = times.slice(1).map((time, index) => time - times[index]!)
  t.true(gaps.at(-1)! > gaps[0]! * 4)
  await cluster.stop()
})

test('a terminal error waits for a change', async t => {
  const cluster = await TestCluster.start({})
  let runs = 0
  cluster.startControllers([
    controllerOf(async () => {
      runs += 1
      throw new TerminalError('cannot be helped')
    }),
  ])
  await create(cluster, 'a')
  await cluster.rest(60_000)
  t.is(runs, 1)
  await cluster.client.patch(
    ConfigMap,
    { namespace: 'default', name: 'a' },
    { type: 'merge', body: { data: { x: 'y' } } },
  )
  await cluster.rest()
  t.is(runs, 2)
  await cluster.stop()
})

test('a key is woken at its time', async t => {
  const cluster = await TestCluster.start({})
  const times: number[] = []
  cluster.startControllers([
    controllerOf(async (_, { clock }) => {
      times.push(clock.monotonic())
      return times.length < 3 ? wakeAt(clock.now() + 5_000) : settled
    }),
  ])
  await create(cluster, 'a')
  await cluster.rest(30_000)
  t.deepEqual(
    times.map(time => time - times[0]!),
    [0, 5_000, 10_000],
  )
  await cluster.stop()
})

test('both owners hear of an object that changes hands, and of one that goes', async t => {
  const cluster = await TestCluster.start({})
  const seen: string[] = []
  const reconcile: Reconcile = async ({ name }) => {
    seen.push(name)
    return settled
  }
  cluster.startControllers([controllerOf(reconcile, { owns: [Secret as never] })])
  const [a, b] = [await create(cluster, 'a'), await create(cluster, 'b')]
  const owner = (object: typeof a) => [
    { apiVersion: 'v1', kind: 'ConfigMap', name: object.metadata.name, uid: object.metadata.uid, controller: true },
  ]
  await create(cluster, 'owned', { ownerReferences: owner(a) }, 'Secret')
  await cluster.rest()
  seen.length = 0
  const key = { namespace: 'default', name: 'owned' }
  await cluster.client.patch(Secret, key, { type: 'merge', body: { metadata: { ownerReferences: owner(b) as never } } })
  await cluster.rest()
  t.deepEqual(seen.sort(), ['a', 'b'])
  seen.length = 0
  await cluster.client.delete(Secret, key)
  await cluster.rest()
  t.deepEqual(seen, ['b'])
  await cluster.stop()
})

test('once stopped, nothing runs any more', async t => {
  const cluster = await TestCluster.start({})
  let finished = false
  let open = () => {}
  cluster.startControllers([
    controllerOf(async () => {
      await new Promise<void>(resolve => {
        open = resolve
      })
      finished = true
      return wakeAt(0)
    }),
  ])
  await create(cluster, 'a')
  await settle()
  const stopping = cluster.stop()
  await create(cluster, 'b')
  open()
  await stopping
  t.true(finished)
  await cluster.rest(10_000)
})
