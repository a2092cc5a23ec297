import test from 'ava'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Application } from '../../../src/api/kinds/gitops/application.ts'
import { configMap, deployment, SyncCluster, settings } from '../sync-cluster.ts'

const PERSON = { user: 'ann', groups: ['system:masters', 'system:authenticated'] }

async function clusterWith(files: Readonly<Record<string, string>>): Promise<SyncCluster> {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(files))
  return cluster
}

async function edit(cluster: SyncCluster, replicas: number, dryRun = false): Promise<readonly string[]> {
  const warnings: string[] = []
  const options = { fieldManager: 'kubectl-edit', dryRun, onWarning: (text: string) => void warnings.push(text) }
  await cluster.admin
    .as(PERSON)
    .patch(Deployment, { namespace: 'a', name: 'web' }, { type: 'merge', body: { spec: { replicas } } }, options)
  return warnings
}

const replicas = async (cluster: SyncCluster) =>
  (await cluster.admin.get(Deployment, { namespace: 'a', name: 'web' })).spec?.replicas

test('a person’s edit is warned of, reverted, and reported with the name', async t => {
  const cluster = await clusterWith({ 'apps/a/web.yaml': deployment('web') })
  t.deepEqual(await edit(cluster, 5), [
    'Deployment a/web belongs to application a (in Git): the change of spec.replicas will be reverted; commit it to Git instead',
  ])
  await cluster.until('healed', async () => (await replicas(cluster)) === 1)
  const report = await cluster.until('report', async () => (await cluster.application('a'))?.status?.drift?.[0])
  t.like(report, { object: 'Deployment a/web', user: 'ann', fields: ['spec.replicas'], action: 'reverted' })
  await cluster.rest()
  t.regex((await cluster.file('refs/heads/pintle/status', 'applications/a/status.yaml')) ?? '', /user: ann/)
  t.is((await cluster.rollouts('a')).length, 1)
  await cluster.crash()
})

test('fields that Git does not name are the person’s own', async t => {
  const cluster = await clusterWith({ 'apps/a/web.yaml': deployment('web').replace('  replicas: 1\n', '') })
  t.deepEqual(await edit(cluster, 5), [])
  await cluster.rest()
  t.is(await replicas(cluster), 5)
  await cluster.crash()
})

test('what a person deletes comes back', async t => {
  const cluster = await clusterWith({ 'apps/a/x.yaml': configMap('x') })
  await cluster.admin.as(PERSON).delete(ConfigMap, { namespace: 'a', name: 'x' })
  const report = await cluster.until('report', async () => (await cluster.application('a'))?.status?.drift?.[0])
  t.like(report, { object: 'ConfigMap a/x', user: 'ann', fields: ['deleted'], action: 'reverted' })
  t.deepEqual((await cluster.admin.get(ConfigMap, { namespace: 'a', name: 'x' })).data, { a: '1' })
  await cluster.crash()
})

test('with drift: hold the change is kept and reported, until it is gone or the next rollout', async t => {
  const cluster = await clusterWith({
    'apps/a/web.yaml': deployment('web'),
    'apps/a/application.yaml': settings('a', { drift: 'hold' }),
  })
  t.regex((await edit(cluster, 5))[0] ?? '', /the change of spec\.replicas is kept and reported$/)
  const report = await cluster.until('report', async () => (await cluster.application('a'))?.status?.drift?.[0])
  t.like(report, { user: 'ann', action: 'held' })
  await cluster.rest()
  t.is(await replicas(cluster), 5)
  await edit(cluster, 1)
  await cluster.until('cleared', async () => (await cluster.application('a'))?.status?.drift === undefined)
  await edit(cluster, 7)
  await cluster.rest()
  await cluster.untilPhase(
    'a',
    'Healthy',
    await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'web:2' }) }),
  )
  t.is(await replicas(cluster), 1)
  await cluster.crash()
})

test('a dry run is warned of and remembered by nobody', async t => {
  const cluster = await clusterWith({ 'apps/a/web.yaml': deployment('web') })
  t.is((await edit(cluster, 5, true)).length, 1)
  await cluster.rest()
  t.is((await cluster.application('a'))?.status?.drift, undefined)
  await cluster.crash()
})

test('the replicas that an autoscaler holds are left to it', async t => {
  const cluster = await clusterWith({ 'apps/a/web.yaml': deployment('web') })
  const options = { fieldManager: 'horizontal-pod-autoscaler' }
  await cluster.admin.patch(
    Deployment,
    { namespace: 'a', name: 'web' },
    { type: 'merge', body: { spec: { replicas: 4 } } },
    options,
  )
  await cluster.rest()
  t.is(await replicas(cluster), 4)
  await cluster.untilPhase(
    'a',
    'Healthy',
    await cluster.push({ 'apps/a/web.yaml': deployment('web', { image: 'web:2' }) }),
  )
  t.is(await replicas(cluster), 4)
  await cluster.crash()
})

test('a fight with another writer slows down', async t => {
  const cluster = await clusterWith({ 'apps/a/web.yaml': deployment('web') })
  let edits = 0
  for (let second = 0; second < 60; second++) {
    if ((await replicas(cluster)) === 1) edits++
    await edit(cluster, 5)
    await cluster.rest(1_000)
  }
  t.true(edits > 4 && edits < 20, `${edits} reverts in a minute`)
  await cluster.crash()
})

test('objects of another tool are taken over: what Git does not name goes, without a new generation of pods', async t => {
  const cluster = await SyncCluster.start()
  const { admin } = cluster
  await admin.create(admin.kinds.byKind('v1', 'Namespace')!.kind, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a' },
  })
  const live = JSON.parse(configMap('x', { a: '1', old: 'gone' }, 'a'))
  await admin.create(ConfigMap, live, { fieldManager: 'kubectl-client-side-apply' })
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ 'apps/a/x.yaml': configMap('x', { a: '1' }) }))
  t.regex(
    (await cluster.rollouts('a'))[0]?.status?.plan?.join('\n') ?? '',
    /~ ConfigMap a\/x \(taken over from kubectl-client-side-apply: /,
  )
  const after = await admin.get(ConfigMap, { namespace: 'a', name: 'x' })
  t.deepEqual(after.data, { a: '1' })
  t.deepEqual(
    after.metadata.managedFields?.map(({ manager }) => manager),
    ['pintle'],
  )
  await cluster.crash()
})

test('specs of our own kinds come from Git only, and the server says who asks for an operation', async t => {
  const cluster = await clusterWith({ 'apps/a/x.yaml': configMap('x') })
  const person = cluster.admin.as(PERSON)
  const patch = (body: object, options = {}) =>
    person.patch(Application, { name: 'a' }, { type: 'merge', body: body as never }, options)
  await t.throwsAsync(patch({ spec: { prune: false } }), {
    message: /Application "a" is what Git says: change apps\/a and push/,
  })
  await t.throwsAsync(patch({ status: { phase: 'Healthy', message: 'forged' } }, { subresource: 'status' }), {
    message: /is what Git says/,
  })
  await t.throwsAsync(person.delete(Application, { name: 'a' }), { message: /change the Git repository and push/ })
  await t.throwsAsync(
    person.create(Application, {
      apiVersion: 'gitops.pintle.dev/v1',
      kind: 'Application',
      metadata: { name: 'b' },
      spec: {},
    }),
    { message: /change the Git repository and push/ },
  )
  const asked = await patch({ operation: { id: '1', type: 'retry', requestedBy: 'somebody else' } })
  t.is(asked.operation?.requestedBy, 'ann')
  const answer = await cluster.until('answer', async () => (await cluster.application('a'))?.status?.operation)
  t.like(answer, { id: '1', outcome: 'Done', requestedBy: 'ann' })
  await cluster.crash()
})
