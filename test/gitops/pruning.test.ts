import test from 'ava'
import { requestOperation } from '../../src/gitops/operations/request-operation.ts'
import { configMap, SyncCluster, settings } from './sync-cluster.ts'

const maps = (names: readonly string[], app = 'a') =>
  Object.fromEntries(names.map(name => [`apps/${app}/${name}.yaml`, configMap(name)]))
const none = (names: readonly string[], app = 'a') =>
  Object.fromEntries(names.map(name => [`apps/${app}/${name}.yaml`, null]))
const ten = Array.from({ length: 10 }, (_, index) => `m${index}`)

async function names(cluster: SyncCluster, namespace = 'a'): Promise<readonly string[]> {
  return [...(await cluster.names('v1', 'ConfigMap', namespace))].sort()
}

test('what leaves Git leaves the cluster, and nothing else does', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(maps(ten)))
  await cluster.admin.create(cluster.admin.kinds.byKind('v1', 'ConfigMap')!.kind, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'a', name: 'by-hand' },
  })
  await cluster.untilPhase('a', 'Healthy', await cluster.push(none(['m0'])))
  t.deepEqual(await names(cluster), ['by-hand', ...ten.slice(1)])
  await cluster.crash()
})

test('many deletes wait, the rest is applied, and an approval of the list releases exactly that', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(maps(ten)))
  const gone = ten.slice(0, 6)
  await cluster.push({ ...none(gone), 'apps/a/new.yaml': configMap('new') })
  const held = await cluster.untilPhase('a', 'Held')
  t.deepEqual(
    held.status?.held?.objects,
    gone.map(name => `ConfigMap a/${name}`),
  )
  t.regex(held.status?.held?.reasons.join('; ') ?? '', /6 objects are more than 5; 6 of 11 objects are more than 30 %/)
  t.deepEqual(await names(cluster), [...ten, 'new'])

  const ask = (id: string, digest: string) => {
    const answer = requestOperation(cluster.admin, cluster.clock, 'a', { id, type: 'approve', digest })
    return cluster.until('answer', () => Promise.race([answer, cluster.clock.advance(10).then(() => undefined)]))
  }
  t.is((await ask('1', '0123456789abcdef')).outcome, 'Refused')
  t.is((await ask('2', held.status!.held!.digest.slice(0, 16))).outcome, 'Done')
  const healthy = await cluster.untilPhase('a', 'Healthy')
  t.deepEqual(await names(cluster), [...ten.slice(6), 'new'])
  t.is(healthy.status?.held, undefined)
  const last = (await cluster.rollouts('a')).at(-1)
  t.is(last?.spec.cause, 'approval')
  t.is(last?.spec.requestedBy, 'admin')
  await cluster.crash()
})

test('an approval lapses when the list grows', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(maps(ten)))
  await cluster.push(none(ten.slice(0, 6)))
  const held = await cluster.untilPhase('a', 'Held')
  const commit = await cluster.push({ ...none(['m6']) }, `more\n\nPintle-Approve: a ${held.status!.held!.digest}`)
  const more = await cluster.untilPhase('a', 'Held', commit)
  t.is(more.status?.held?.objects.length, 7)
  t.deepEqual(await names(cluster), ten)
  await cluster.push({ 'README.md': 'x' }, `yes\n\nPintle-Approve: ${more.status!.held!.digest}`)
  await cluster.until('deleted', async () => (await names(cluster)).length === 3)
  t.deepEqual(await names(cluster), ten.slice(7))
  await cluster.crash()
})

test('an application whose directory is gone waits, goes when approved, and is forgotten', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push({ ...maps(['m0']), 'apps/b/x.yaml': configMap('x') }))
  await cluster.push(none(['m0']))
  const held = await cluster.untilPhase('a', 'Held')
  t.regex(held.status?.message ?? '', /whole directory is gone/)
  t.deepEqual(held.status?.held?.objects, ['ConfigMap a/m0', 'Namespace a'])
  await cluster.rest()
  t.deepEqual(await names(cluster), ['m0'])
  const answer = requestOperation(cluster.admin, cluster.clock, 'a', {
    id: '1',
    type: 'approve',
    digest: held.status!.held!.digest,
  })
  await cluster.until('gone', async () => (await cluster.application('a')) === undefined)
  t.is((await answer).outcome, 'Done')
  await cluster.rest()
  t.deepEqual(
    (await cluster.log('refs/heads/pintle/status'))
      .filter(message => message.startsWith('a-'))
      .map(message => message.split('\n')[0]),
    ['a-3: Healthy', 'a-2: Held', 'a-1: Healthy'],
  )
  t.is(await cluster.file('refs/heads/pintle/status', 'applications/a/status.yaml'), undefined)
  // It comes back while its old namespace is still going, waits for that, and goes on counting.
  await cluster.push(maps(['m0']))
  t.regex((await cluster.untilPhase('a', 'Pending')).status?.message ?? '', /^waits until the old namespace a is gone$/)
  const { kind } = cluster.admin.kinds.byKind('v1', 'Namespace')!
  const going = await cluster.admin.get(kind, { name: 'a' })
  for (const name of await names(cluster))
    await cluster.admin.delete(cluster.admin.kinds.byKind('v1', 'ConfigMap')!.kind, { namespace: 'a', name })
  await cluster.admin.update(kind, { ...going, spec: { finalizers: [] } } as never, { subresource: 'finalize' })
  await cluster.untilPhase('a', 'Healthy')
  t.is((await cluster.application('a'))?.status?.lastRollout, 4)
  t.deepEqual(await names(cluster), ['m0'])
  await cluster.crash()
})

test('an empty tree deletes nothing', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(maps(['m0', 'm1'])))
  await cluster.push({ ...none(['m0', 'm1']), 'README.md': 'nothing left' })
  t.regex((await cluster.untilPhase('a', 'Held')).status?.message ?? '', /no application at all/)
  await cluster.rest()
  t.deepEqual(await names(cluster), ['m0', 'm1'])
  await cluster.crash()
})

test('an object that moves to another application in one commit changes hands and is not deleted', async t => {
  const cluster = await SyncCluster.start()
  const grants = 'grants:\n- application: b\n  namespaces: [a]\n'
  await cluster.push({
    ...maps(['m0', 'm1', 'm2', 'm3']),
    'cluster/grants.yaml': grants,
    'apps/b/x.yaml': configMap('x'),
  })
  await cluster.untilPhase('a', 'Healthy')
  await cluster.untilPhase('b', 'Healthy')
  const kind = cluster.admin.kinds.byKind('v1', 'ConfigMap')!.kind
  const before = await cluster.admin.get(kind, { namespace: 'a', name: 'm0' })
  const commit = await cluster.push({ 'apps/a/m0.yaml': null, 'apps/b/m0.yaml': configMap('m0', { a: '2' }, 'a') })
  await cluster.untilPhase('a', 'Healthy', commit)
  await cluster.untilPhase('b', 'Healthy', commit)
  const after = await cluster.admin.get(kind, { namespace: 'a', name: 'm0' })
  t.is(after.metadata.uid, before.metadata.uid)
  const [a, b] = [await cluster.application('a'), await cluster.application('b')]
  t.false(JSON.stringify(a?.status?.inventory).includes('"m0"'))
  t.true(JSON.stringify(b?.status?.inventory).includes('"m0"'))
  await cluster.crash()
})

test('an object that may have moved to an application that cannot be read is kept', async t => {
  const cluster = await SyncCluster.start()
  const grants = 'grants:\n- application: b\n  namespaces: [a]\n'
  await cluster.push({ ...maps(ten), 'cluster/grants.yaml': grants, 'apps/b/x.yaml': configMap('x') })
  await cluster.untilPhase('a', 'Healthy')
  await cluster.untilPhase('b', 'Healthy')
  const commit = await cluster.push({ 'apps/a/m0.yaml': null, 'apps/b/m0.yaml': 'a: [' })
  await cluster.untilPhase('a', 'Healthy', commit)
  await cluster.untilPhase('b', 'Invalid', commit)
  t.true((await names(cluster)).includes('m0'))
  await cluster.crash()
})

test('two applications on one object: the one that has it keeps it, the other is Invalid', async t => {
  const cluster = await SyncCluster.start()
  await cluster.untilPhase('a', 'Healthy', await cluster.push(maps(['m0'])))
  await cluster.push({
    'apps/b/application.yaml': settings('b', { namespace: 'a' }),
    'apps/b/m0.yaml': configMap('m0'),
  })
  const b = await cluster.untilPhase('b', 'Invalid')
  t.regex(b.status?.reasons?.join('\n') ?? '', /ConfigMap a\/m0 belongs to application a \(apps\/a\/m0\.yaml:1\)/)
  t.is((await cluster.application('a'))?.status?.phase, 'Healthy')
  await cluster.crash()
})
