import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { Lease } from '../../src/api/kinds/coordination/lease.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { Client, NewObject } from '../../src/client/client.ts'
import { openRegistry } from './open-registry.ts'

const fence = (holder: string) => ({ namespace: 'kube-system', name: 'leader', holder })
const key = { namespace: 'kube-system', name: 'leader' }

function hold(client: Client, holderIdentity: string, more: object = {}) {
  const spec = { holderIdentity, leaseDurationSeconds: 15, renewTime: '2030-01-01T00:00:00.000000Z', ...more }
  const lease: NewObject<Lease> = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec }
  return client.apply(Lease, lease, { fieldManager: 'election', force: true })
}

function write(client: Client, name: string) {
  return client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name } })
}

test('the holder of the lease writes, and nobody else', async t => {
  const { admin, close } = await openRegistry()
  await hold(admin, 'a')
  await write(admin.withFence(fence('a')), 'one')
  const error = await t.throwsAsync<ApiError>(write(admin.withFence(fence('b')), 'two'))
  t.is(error.reason, 'Conflict')
  t.regex(error.message, /the lease is not held by "b" any more/)
  await hold(admin, 'b')
  await write(admin.withFence(fence('b')), 'two')
  for (const attempt of [
    write(admin.withFence(fence('a')), 'three'),
    admin.withFence(fence('a')).delete(ConfigMap, { namespace: 'default', name: 'one' }),
    admin
      .withFence(fence('a'))
      .patch(ConfigMap, { namespace: 'default', name: 'one' }, { type: 'merge', body: { data: { a: 'b' } } }),
  ]) {
    t.is((await t.throwsAsync<ApiError>(attempt)).reason, 'Conflict')
  }
  await close()
})

test('a renewal does not disturb writes that are under way', async t => {
  const { admin, close } = await openRegistry({ leaseRenewals: 'durable' })
  await hold(admin, 'a')
  const writes = Array.from({ length: 10 }, (_, at) => write(admin.withFence(fence('a')), `n${at}`))
  for (let at = 0; at < 10; at++) await hold(admin, 'a', { renewTime: `2030-01-01T00:00:0${at}.000000Z` })
  await t.notThrowsAsync(Promise.all(writes))
  await close()
})

test('a write that is under way when the lease changes hands does not land after it', async t => {
  const { admin, store, close } = await openRegistry()
  await hold(admin, 'a')
  const taken = hold(admin, 'b')
  const attempt = write(admin.withFence(fence('a')), 'late')
  const [, late] = await Promise.allSettled([taken, attempt])
  const revisionOfTaking = Number((await taken).metadata.resourceVersion)
  if (late.status === 'fulfilled') t.true(Number(late.value.metadata.resourceVersion) < revisionOfTaking)
  else t.is((late.reason as ApiError).reason, 'Conflict')
  t.true(store.revision >= revisionOfTaking)
  await close()
})

test('with the lease goes its fence', async t => {
  const { admin, close } = await openRegistry()
  await hold(admin, 'a')
  await admin.delete(Lease, key)
  t.is((await t.throwsAsync<ApiError>(write(admin.withFence(fence('a')), 'one'))).reason, 'Conflict')
  await close()
})

test('a renewal changes memory and writes nothing; a change of holder is durable', async t => {
  const { admin, registry, store, close } = await openRegistry()
  const first = await hold(admin, 'a')
  const before = store.revision
  const renewTime = '2030-01-01T00:00:10.000000Z'
  const renewed = await hold(admin, 'a', { renewTime })
  t.is(store.revision, before)
  t.is(renewed.metadata.resourceVersion, first.metadata.resourceVersion)
  const node = registry.client({ user: 'admin', groups: ['system:masters'] })
  t.is((await node.get(Lease, key)).spec?.renewTime, renewTime)
  t.is((await node.list(Lease)).items[0]?.spec?.renewTime, renewTime)
  const updated = await admin.update(Lease, { ...renewed, spec: { ...renewed.spec, holderIdentity: 'b' } })
  t.is(store.revision, before + 1)
  t.is(updated.spec?.renewTime, renewTime)
  await close()
})
