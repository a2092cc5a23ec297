import test from 'ava'
import { createMemoryGitStorage } from '../../src/git/memory-git-repository.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { ManualClock } from '../client/manual-clock.ts'
import { CrashPoint } from './crashing-engine.ts'
import { configMap, deployment, SyncCluster, settings } from './sync-cluster.ts'

const STATUS = 'refs/heads/pintle/status'

/** Two applications, a second commit that changes one object and removes another, and an approval-free end state. */
async function scenario(cluster: SyncCluster, isDead: () => boolean): Promise<void> {
  const settled = (name: string, rollouts: number) =>
    cluster.until(`${name}-${rollouts}`, async () => {
      if (isDead()) return true
      const all = await cluster.rollouts(name)
      const phase = (await cluster.application(name))?.status?.phase
      return phase === 'Healthy' && all.length >= rollouts && (await cluster.isRecorded(name))
    })
  if ((await cluster.log('refs/heads/main')).length === 0) {
    await cluster.push({
      'apps/a/web.yaml': deployment('web'),
      ...Object.fromEntries([1, 2, 3, 4].map(n => [`apps/a/m${n}.yaml`, configMap(`m${n}`)])),
      'apps/b/application.yaml': settings('b', { dependsOn: ['a'] }),
      'apps/b/x.yaml': configMap('x'),
    })
  }
  await settled('a', 1)
  await settled('b', 1)
  if (isDead()) return
  if ((await cluster.log('refs/heads/main')).length === 1) {
    await cluster.push({ 'apps/a/web.yaml': deployment('web', { replicas: 2 }), 'apps/a/m1.yaml': null })
  }
  await settled('a', 2)
  if (!isDead()) await cluster.rest(2_000)
}

async function check(cluster: SyncCluster): Promise<string[]> {
  const wrong: string[] = []
  const maps = [...(await cluster.names('v1', 'ConfigMap', 'a'))].sort().join()
  if (maps !== 'm2,m3,m4') wrong.push(`config maps: ${maps}`)
  const titles = (await cluster.log(STATUS))
    .map(message => message.split('\n')[0]!)
    .filter(title => /^[ab]-\d+:/.test(title))
  const expected = ['a-1: Healthy', 'a-2: Healthy', 'b-1: Healthy']
  if ([...titles].sort().join() !== expected.join()) wrong.push(`status commits: ${titles.join()}`)
  const application = await cluster.application('a')
  if (JSON.stringify(application?.status?.inventory).includes('m1')) wrong.push('the inventory holds what is gone')
  if (application?.status?.lastRollout !== 2) wrong.push(`last rollout: ${application?.status?.lastRollout}`)
  return wrong
}

async function run(at: number, after: boolean): Promise<{ readonly wrong: string[]; readonly writes: number }> {
  const store = await createMemoryStore()
  const storage = createMemoryGitStorage()
  const clock = new ManualClock()
  const point = new CrashPoint(at, after)
  let cluster = await SyncCluster.start({ store, storage, clock, wrapClient: point.wrapClient, wrapGit: point.wrapGit })
  await scenario(cluster, () => point.dead)
  if (point.dead) {
    await cluster.crash()
    cluster = await SyncCluster.start({ store, storage, clock })
    await scenario(cluster, () => false)
  }
  const wrong = await check(cluster)
  await cluster.crash()
  return { wrong, writes: point.writes }
}

test('a crash at any write, before or after it took place, ends in the same place', async t => {
  t.timeout(240_000)
  const { wrong, writes } = await run(Number.POSITIVE_INFINITY, false)
  t.deepEqual(wrong, [])
  t.true(writes > 20 && writes < 200, `${writes} writes`)
  t.log(`${writes} writes`)
  for (let at = 1; at <= writes; at++) {
    // Before a write is after the one before it: only the first needs both.
    for (const after of at === 1 ? [false, true] : [true]) {
      t.deepEqual((await run(at, after)).wrong, [], `crash ${after ? 'after' : 'before'} write ${at}`)
    }
  }
})

const onFailure = settings('a', { rollback: 'onFailure', health: { timeout: '2s' } })

/** A good rollout, then a broken one that is rolled back by itself. */
async function rollbackScenario(cluster: SyncCluster, isDead: () => boolean): Promise<void> {
  const until = (what: string, rollouts: number) =>
    cluster.until(what, async () => {
      const all = await cluster.rollouts('a')
      const phase = (await cluster.application('a'))?.status?.phase
      return isDead() || (all.length >= rollouts && phase === 'Healthy' && (await cluster.isRecorded('a')))
    })
  if ((await cluster.log('refs/heads/main')).length === 0) {
    await cluster.push({ 'apps/a/web.yaml': deployment('web'), 'apps/a/application.yaml': onFailure })
  }
  await until('healthy', 1)
  if (isDead()) return
  if ((await cluster.log('refs/heads/main')).length === 1) {
    await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'broken' }) })
  }
  await until('rolled back', 3)
  if (!isDead()) await cluster.rest(2_000)
}

test('a crash at any write of a rollback makes one rollback commit and one record each', async t => {
  t.timeout(240_000)
  const rollBack = async (
    at: number,
    after: boolean,
  ): Promise<{ readonly seen: readonly string[]; readonly writes: number }> => {
    const store = await createMemoryStore()
    const storage = createMemoryGitStorage()
    const clock = new ManualClock()
    const point = new CrashPoint(at, after)
    let cluster = await SyncCluster.start({
      store,
      storage,
      clock,
      wrapClient: point.wrapClient,
      wrapGit: point.wrapGit,
    })
    await rollbackScenario(cluster, () => point.dead)
    if (point.dead) {
      await cluster.crash()
      cluster = await SyncCluster.start({ store, storage, clock })
      await rollbackScenario(cluster, () => false)
    }
    const titles = [...(await cluster.log('refs/heads/main')), ...(await cluster.log(STATUS))].map(
      message => message.split('\n')[0]!,
    )
    await cluster.crash()
    return { seen: titles.filter(title => /^(Roll back|a-\d+:|change)/.test(title)), writes: point.writes }
  }
  const expected = ['Roll back a to a-1', 'change', 'change', 'a-3: Healthy', 'a-2: RolledBack', 'a-1: Healthy']
  const { seen, writes } = await rollBack(Number.POSITIVE_INFINITY, false)
  t.deepEqual(seen, expected)
  for (let at = 1; at <= writes; at++) {
    t.deepEqual((await rollBack(at, true)).seen, expected, `crash after write ${at} of ${writes}`)
  }
})

test('a lost store comes back from Git: nothing is pruned in the first pass, numbers go on, nothing is recorded twice', async t => {
  const storage = createMemoryGitStorage()
  const clock = new ManualClock()
  const first = await SyncCluster.start({ storage, clock })
  await scenario(first, () => false)
  await first.crash()
  const second = await SyncCluster.start({ storage, clock })
  const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a', name: 'm1' } }
  await second.admin.create(second.admin.kinds.byKind('v1', 'Namespace')!.kind, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a' },
  })
  await second.admin.create(second.admin.kinds.byKind('v1', 'ConfigMap')!.kind, foreign)
  await second.until('restored', async () => {
    const [a, b] = [await second.application('a'), await second.application('b')]
    return (
      a?.status?.phase === 'Healthy' &&
      b?.status?.phase === 'Healthy' &&
      (await second.isRecorded('a')) &&
      (await second.isRecorded('b'))
    )
  })
  await second.engine.firstPassDone
  t.deepEqual([...(await second.names('v1', 'ConfigMap', 'a'))].sort(), ['m1', 'm2', 'm3', 'm4'])
  t.is((await second.application('a'))?.status?.drift, undefined)
  t.deepEqual(
    (await second.rollouts('a')).map(({ spec }) => [spec.number, spec.cause]),
    [[3, 'restore']],
  )
  const titles = (await second.log(STATUS)).map(message => message.split('\n')[0])
  t.is(new Set(titles).size, titles.length)
  await second.crash()
})

test('without a deployed branch nothing is desired, nothing is pruned, and nobody waits', async t => {
  const cluster = await SyncCluster.start()
  await cluster.engine.firstPassDone
  await cluster.rest()
  t.is(((await cluster.states()) as unknown[]).length, 0)
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/x.yaml': configMap('x') }))
  const tip = await cluster.git.readRef('refs/heads/main')
  await cluster.git.updateRefs([{ ref: 'refs/heads/main', expected: tip!, target: null }], 'gone')
  await cluster.rest(10_000)
  t.deepEqual(await cluster.names('v1', 'ConfigMap', 'a'), ['x'])
  await cluster.crash()
})

test('what was pushed while the engine was stopped is applied at its start', async t => {
  const storage = createMemoryGitStorage()
  const store = await createMemoryStore()
  const clock = new ManualClock()
  const first = await SyncCluster.start({ storage, store, clock })
  await first.untilPhase('a', 'Healthy', await first.push({ 'apps/a/x.yaml': configMap('x') }))
  await first.crash()
  const second = await SyncCluster.start({ storage, store, clock, stopped: true })
  const commit = await second.push({ 'apps/a/y.yaml': configMap('y') })
  second.engine.start()
  await second.untilPhase('a', 'Healthy', commit)
  t.deepEqual([...(await second.names('v1', 'ConfigMap', 'a'))].sort(), ['x', 'y'])
  await second.crash()
})

test('after a lost store an application whose newest inputs are barred or broken gets its last good state back', async t => {
  const storage = createMemoryGitStorage()
  const clock = new ManualClock()
  const first = await SyncCluster.start({ storage, clock })
  await first.untilPhase(
    'a',
    'Healthy',
    await first.push({ 'apps/a/web.yaml': deployment('web'), 'apps/b/x.yaml': configMap('x') }),
  )
  await first.untilPhase('b', 'Healthy')
  await first.push({ 'apps/a/web.yaml': 'a: [', 'apps/b/x.yaml': configMap('x', { a: '2' }) })
  await first.untilPhase('a', 'Invalid')
  await first.crash()
  const second = await SyncCluster.start({ storage, clock })
  await second.until('the last good state', async () =>
    (await second.names('apps/v1', 'Deployment', 'a')).includes('web'),
  )
  await second.engine.firstPassDone
  const application = await second.untilPhase('a', 'Invalid')
  t.is(application.status?.drift, undefined)
  t.deepEqual(
    (await second.rollouts('a')).map(({ spec, status }) => [spec.number, status?.phase]),
    [[3, 'Invalid']],
  )
  await second.crash()
})
