import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { Client } from '../../src/client/client.ts'
import type { ListRequest, StoredList } from '../../src/registry/registry.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { type OpenRegistry, openRegistry } from './open-registry.ts'
import { adminContext, servedKind } from './requests.ts'

const NAMES = Array.from({ length: 25 }, (_, at) => `cm-${String(at).padStart(3, '0')}`)

async function fill(client: Client): Promise<void> {
  for (const name of NAMES) await create(client, name)
}

function create(client: Client, name: string) {
  return client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name } })
}

function list(open: OpenRegistry, request: ListRequest): Promise<StoredList> {
  const target = { served: servedKind(open.registry, ConfigMap), namespace: 'default' }
  return open.registry.list(adminContext(), target, request)
}

const namesOf = (page: StoredList) => page.items.map(item => item.key.name)

test('pages follow one another in key order, with what remains', async t => {
  const open = await openRegistry()
  await fill(open.admin)
  const first = await list(open, { limit: 10 })
  t.deepEqual(namesOf(first), NAMES.slice(0, 10))
  t.is(first.remainingItemCount, 15)
  const second = await list(open, { limit: 10, continue: first.continue ?? '' })
  t.deepEqual(namesOf(second), NAMES.slice(10, 20))
  t.is(second.remainingItemCount, 5)
  const third = await list(open, { limit: 10, continue: second.continue ?? '' })
  t.deepEqual(namesOf(third), NAMES.slice(20))
  t.is(third.continue, undefined)
  await open.close()
})

test('later pages show the state of the first one', async t => {
  const open = await openRegistry()
  await fill(open.admin)
  const first = await list(open, { limit: 10 })
  await create(open.admin, 'cm-010a')
  await open.admin.delete(ConfigMap, { namespace: 'default', name: 'cm-012' })
  const key = { namespace: 'default', name: 'cm-015' }
  await open.admin.patch(ConfigMap, key, { type: 'merge', body: { data: { a: '1' } } })
  const rest = await list(open, { continue: first.continue ?? '' })
  t.deepEqual(namesOf(rest), NAMES.slice(10))
  t.is(rest.revision, first.revision)
  t.is((rest.items[5]!.object() as ConfigMap).data, undefined)
  await open.close()
})

test('a selector is applied before the limit, and then nothing is said of what remains', async t => {
  const open = await openRegistry()
  await fill(open.admin)
  for (const name of NAMES.filter((_, at) => at % 5 === 0)) {
    const body = { metadata: { labels: { fifth: 'yes' } } }
    await open.admin.patch(ConfigMap, { namespace: 'default', name }, { type: 'merge', body })
  }
  const first = await list(open, { limit: 2, labelSelector: 'fifth=yes' })
  t.deepEqual(namesOf(first), ['cm-000', 'cm-005'])
  t.is(first.remainingItemCount, undefined)
  await create(open.admin, 'later')
  const rest = await list(open, { labelSelector: 'fifth=yes', continue: first.continue ?? '' })
  t.deepEqual(namesOf(rest), ['cm-010', 'cm-015', 'cm-020'])
  await open.close()
})

test('a token that this server did not give for this list is refused', async t => {
  const open = await openRegistry()
  await fill(open.admin)
  const encode = (token: unknown) => Buffer.from(JSON.stringify(token)).toString('base64url')
  for (const token of [
    'nonsense',
    encode(null),
    encode({ v: 1, rv: 5, after: '' }),
    encode({ v: 1, rv: 5, after: '../secrets/default/x' }),
    encode({ v: 1, rv: 'x', after: 'cm-001' }),
    encode({ v: 2, rv: 5, after: 'cm-001' }),
    encode({ v: 1, rv: 10 ** 9, after: 'cm-001' }),
    'x'.repeat(5000),
  ]) {
    const error = await t.throwsAsync<ApiError>(list(open, { continue: token }))
    t.is(error.code, 400, token)
    t.regex(error.message, /continue key is not valid/)
  }
  await open.close()
})

test('an expired token is 410 with one that goes on after the last key', async t => {
  const store = await createMemoryStore()
  const open = await openRegistry({ store })
  await fill(open.admin)
  const first = await list(open, { limit: 10 })
  await create(open.admin, 'cm-024a')
  await store.compact(store.revision)
  const error = await t.throwsAsync<ApiError>(list(open, { continue: first.continue ?? '' }))
  t.is(error.code, 410)
  t.is(error.reason, 'Expired')
  const next = error.status.metadata.continue ?? ''
  t.deepEqual(namesOf(await list(open, { continue: next })), [...NAMES.slice(10), 'cm-024a'])
  await open.close()
})

test('what is said of revisions is judged as Kubernetes does', async t => {
  const open = await openRegistry()
  await fill(open.admin)
  const now = await list(open, {})
  await create(open.admin, 'later')
  const exact = await list(open, { resourceVersion: String(now.revision), resourceVersionMatch: 'Exact' })
  t.deepEqual(namesOf(exact), NAMES)
  t.is(exact.revision, now.revision)
  t.is(namesOf(await list(open, { resourceVersion: '0' })).length, NAMES.length + 1)
  for (const [request, code] of [
    [{ resourceVersion: 'abc' }, 400],
    [{ resourceVersionMatch: 'Exact' }, 422],
    [{ resourceVersion: '0', resourceVersionMatch: 'Exact' }, 422],
    [{ resourceVersion: '5', continue: 'x' }, 400],
  ] as const) {
    const error = await t.throwsAsync<ApiError>(list(open, request))
    t.is(error.code, code, JSON.stringify(request))
  }
  await open.close()
})

test('a revision that has not happened is waited for, then 504', async t => {
  const open = await openRegistry()
  const future = (await list(open, {})).revision + 1
  const waiting = list(open, { resourceVersion: String(future) })
  await create(open.admin, 'one')
  t.true(namesOf(await waiting).includes('one'))
  const error = await t.throwsAsync<ApiError>(list(open, { resourceVersion: String(future + 100) }))
  t.is(error.code, 504)
  t.is(error.status.details?.causes?.[0]?.reason, 'ResourceVersionTooLarge')
  await open.close()
})
