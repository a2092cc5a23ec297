import test from 'ava'
import { readNote } from '../../src/git/notes.ts'
import { requestOperation } from '../../src/gitops/operations/request-operation.ts'
import { configMap, deployment, MAIN, SyncCluster, settings } from './sync-cluster.ts'

async function ask(cluster: SyncCluster, application: string, request: Parameters<typeof requestOperation>[3]) {
  const answer = requestOperation(cluster.admin, cluster.clock, application, request)
  return cluster.until('answer', () => Promise.race([answer, cluster.clock.advance(10).then(() => undefined)]))
}

test('a rollout that does not become healthy in time is Degraded and says why', async t => {
  const cluster = await SyncCluster.start()
  const commit = await cluster.push({
    'apps/a/web.yaml': deployment('web', { image: 'broken' }),
    'apps/a/application.yaml': settings('a', { health: { timeout: '5s' } }),
  })
  const application = await cluster.untilPhase('a', 'Degraded', commit)
  t.regex(application.status?.message ?? '', /^a-1: not healthy within 5s$/)
  t.regex(application.status?.reasons?.[0] ?? '', /^Deployment a\/web: 0 of 1 replicas are available/)
  t.is(await readNote(cluster.git, commit), 'a: Degraded (a-1, 5s)\n')
  await cluster.crash()
})

test('a newer commit takes the place of a rollout that waits for health', async t => {
  const cluster = await SyncCluster.start()
  await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'broken' }) })
  await cluster.until('waiting', async () => (await cluster.rollouts('a'))[0]?.status?.phase === 'Waiting')
  const commit = await cluster.push({ 'apps/a/web.yaml': deployment('web') })
  await cluster.untilPhase('a', 'Healthy', commit)
  t.deepEqual(
    (await cluster.rollouts('a')).map(({ status }) => status?.phase),
    ['Superseded', 'Healthy'],
  )
  await cluster.crash()
})

test('going back to the inputs before a superseded rollout applies them again', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/web.yaml': deployment('web') }))
  await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'broken' }) })
  await cluster.until('waiting', async () => (await cluster.rollouts('a'))[1]?.status?.phase === 'Waiting')
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/web.yaml': deployment('web') }))
  t.deepEqual(
    (await cluster.rollouts('a')).map(({ status }) => status?.phase),
    ['Healthy', 'Superseded', 'Healthy'],
  )
  const { kind } = cluster.admin.kinds.byKind('apps/v1', 'Deployment')!
  t.true(JSON.stringify(await cluster.admin.get(kind, { namespace: 'a', name: 'web' })).includes('web:1'))
  await cluster.crash()
})

test('commits that were passed over are noted as superseded', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/x.yaml': configMap('x', { v: '0' }) }))
  const commits = []
  for (let v = 1; v <= 5; v++) commits.push(await cluster.push({ 'apps/a/x.yaml': configMap('x', { v: String(v) }) }))
  const last = commits.at(-1)!
  await cluster.untilPhase('a', 'Healthy', last)
  await cluster.rest()
  for (const commit of commits.slice(0, -1))
    t.regex((await readNote(cluster.git, commit)) ?? '', /^a: (Superseded|Healthy)/)
  t.regex((await readNote(cluster.git, last)) ?? '', /^a: Healthy/)
  await cluster.crash()
})

test('only the application whose inputs changed gets a rollout', async t => {
  const cluster = await SyncCluster.start()
  await cluster.push({ 'apps/a/x.yaml': configMap('x'), 'apps/b/x.yaml': configMap('x'), 'apps/a/NOTES.md': 'x' })
  await cluster.untilPhase('a', 'Healthy')
  await cluster.untilPhase('b', 'Healthy')
  const commit = await cluster.push({ 'apps/b/x.yaml': configMap('x', { a: '2' }), 'apps/a/NOTES.md': 'y' })
  await cluster.untilPhase('b', 'Healthy', commit)
  await cluster.rest()
  t.is((await cluster.rollouts('a')).length, 1)
  t.is((await cluster.rollouts('b')).length, 2)
  await cluster.crash()
})

test('an application waits for those it depends on, a cycle is an error', async t => {
  const cluster = await SyncCluster.start()
  await cluster.push({
    'apps/db/web.yaml': deployment('db', { image: 'broken' }),
    'apps/db/application.yaml': settings('db', { health: { timeout: '5s' } }),
    'apps/web/application.yaml': settings('web', { dependsOn: ['db'] }),
    'apps/web/x.yaml': configMap('x'),
    'apps/c1/application.yaml': settings('c1', { dependsOn: ['c2'] }),
    'apps/c2/application.yaml': settings('c2', { dependsOn: ['c1'] }),
  })
  await cluster.untilPhase('db', 'Degraded')
  const waiting = await cluster.application('web')
  t.is(waiting?.status?.phase, 'Pending')
  t.regex(waiting?.status?.message ?? '', /^waits for db \(Degraded\)$/)
  t.deepEqual(await cluster.names('v1', 'ConfigMap', 'web'), [])
  t.regex((await cluster.untilPhase('c1', 'Invalid')).status?.reasons?.[0] ?? '', /cycle of dependsOn: c1 -> c2 -> c1/)
  await cluster.push({ 'apps/db/web.yaml': deployment('db') })
  await cluster.untilPhase('web', 'Healthy')
  t.pass()
  await cluster.crash()
})

test('a rollback is a commit on the tip that restores one application, and the bad inputs are barred', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase(
    'a',
    'Healthy',
    await cluster.push({ 'apps/a/web.yaml': deployment('web'), 'apps/b/x.yaml': configMap('x') }),
  )
  const timeout = settings('a', { health: { timeout: '2s' } })
  await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'broken' }), 'apps/a/application.yaml': timeout })
  await cluster.untilPhase('a', 'Degraded')
  await cluster.push({ 'apps/b/x.yaml': configMap('x', { later: '1' }) })
  await cluster.push({ 'apps/b/y.yaml': configMap('y') })
  await cluster.until('b', async () => (await cluster.names('v1', 'ConfigMap', 'b')).includes('y'))

  const answer = await ask(cluster, 'a', { id: 'r1', type: 'rollback' })
  t.is(answer.outcome, 'Done', answer.message)
  const healthy = await cluster.untilPhase('a', 'Healthy', answer.commit)
  const [message = ''] = await cluster.log(MAIN)
  for (const line of ['Roll back a to a-1', 'Rollback-Of: a-2', 'Rollback-To: a-1', 'Requested-By: admin'])
    t.true(message.includes(line), line)
  t.is(await cluster.file(MAIN, 'apps/a/web.yaml'), deployment('web'))
  t.is(await cluster.file(MAIN, 'apps/a/application.yaml'), undefined)
  t.is(await cluster.file(MAIN, 'apps/b/x.yaml'), configMap('x', { later: '1' }))
  t.truthy(await cluster.file(MAIN, 'apps/b/y.yaml'))
  const last = (await cluster.rollouts('a')).at(-1)
  t.is(last?.spec.cause, 'rollback')
  t.is(last?.spec.requestedBy, 'admin')
  t.is(healthy.status?.barred?.length, 1)

  const again = await cluster.push({
    'apps/a/web.yaml': deployment('web', { image: 'broken' }),
    'apps/a/application.yaml': timeout,
  })
  const held = await cluster.untilPhase('a', 'Held', again)
  t.regex(held.status?.message ?? '', /failed as a-2 and are barred; .*pintle retry a/)
  t.is((await ask(cluster, 'a', { id: 'r2', type: 'retry' })).outcome, 'Done')
  await cluster.untilPhase('a', 'Degraded', again)
  t.is((await cluster.rollouts('a')).at(-1)?.spec.cause, 'retry')
  await cluster.crash()
})

test('with rollback: onFailure a failed rollout is rolled back once, by a commit', async t => {
  const cluster = await SyncCluster.start()
  const onFailure = settings('a', { rollback: 'onFailure', health: { timeout: '2s' } })
  await cluster.untilPhase(
    'a',
    'Healthy',
    await cluster.push({ 'apps/a/web.yaml': deployment('web'), 'apps/a/application.yaml': onFailure }),
  )
  await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'broken' }) })
  await cluster.until(
    'rolled back',
    async () => (await cluster.rollouts('a')).length === 3 && (await cluster.isRecorded('a')),
  )
  t.deepEqual(
    (await cluster.rollouts('a')).map(({ status }) => status?.phase),
    ['Healthy', 'RolledBack', 'Healthy'],
  )
  t.is((await cluster.rollouts('a'))[1]?.status?.rolledBackBy, await cluster.git.readRef(MAIN))
  t.is((await cluster.application('a'))?.status?.phase, 'Healthy')
  await cluster.crash()
})

test('an application that becomes unhealthy later, and heals, says so on the status branch', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/web.yaml': deployment('web') }))
  const kind = cluster.admin.kinds.byKind('apps/v1', 'Deployment')!.kind
  const status = (available: number) => ({
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    availableReplicas: available,
  })
  const write = (available: number) =>
    cluster.admin.patch(
      kind,
      { namespace: 'a', name: 'web' },
      { type: 'json', body: [{ op: 'add', path: '/status', value: status(available) }] },
      { subresource: 'status' },
    )
  await write(0)
  await cluster.untilPhase('a', 'Degraded')
  await write(1)
  await cluster.untilPhase('a', 'Healthy')
  await cluster.rest()
  t.is((await cluster.rollouts('a')).length, 1)
  t.regex((await cluster.log('refs/heads/pintle/status'))[0] ?? '', /^a: Healthy/)
  await cluster.crash()
})
