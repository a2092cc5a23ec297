import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Secret } from '../../src/api/kinds/core/secret.ts'
import type { Client, WatchEvent } from '../../src/client/client.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { type Store, StoreError, type StoreWatcher } from '../../src/store/store.ts'
import { settle, VirtualClock } from '../simulation/world/virtual-clock.ts'
import { openRegistry } from './open-registry.ts'

const key = (name: string) => ({ namespace: 'default', name })

function create(client: Client, name: string, data: Record<string, string> = {}) {
  return client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key(name), data })
}

test('what was written is there after a restart', async t => {
  const store = await createMemoryStore()
  const first = await openRegistry({ store })
  const created = await create(first.admin, 'one', { a: '1' })
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: key('two'), data: { password: 'c2VjcmV0' } }
  const sealed = await first.admin.create(Secret, secret)
  first.registry.close()
  const second = await openRegistry({ store })
  t.deepEqual(await second.admin.get(ConfigMap, key('one')), created)
  t.deepEqual(await second.admin.get(Secret, key('two')), sealed)
  await second.close()
})

test('nothing of a secret stands in the store', async t => {
  const open = await openRegistry()
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: key('two'), data: { password: 'c2VjcmV0' } }
  await open.admin.create(Secret, secret)
  const { kvs } = await open.store.snapshot()
  for (const { value } of kvs) t.false(Buffer.from(value).includes('c2VjcmV0'))
  await open.close()
})

test('a damaged value is reported by its key, for reads, lists and writes, and nothing else suffers', async t => {
  const store = await createMemoryStore()
  const first = await openRegistry({ store })
  await create(first.admin, 'bad')
  await create(first.admin, 'good')
  first.registry.close()
  const path = '/pintle/core/configmaps/default/bad'
  const value = Uint8Array.from((await store.get(path)).kv!.value)
  value[20]! ^= 1
  await store.txn({ compares: [], operations: [{ type: 'put', key: path, value }] })
  const open = await openRegistry({ store })
  t.deepEqual((await open.admin.get(ConfigMap, key('good'))).data, {})
  for (const attempt of [
    open.admin.get(ConfigMap, key('bad')),
    open.admin.list(ConfigMap),
    create(open.admin, 'bad'),
    open.admin.delete(ConfigMap, key('bad')),
  ]) {
    const error = await t.throwsAsync<ApiError>(attempt)
    t.is(error.code, 500)
    t.true(error.message.includes(path), error.message)
  }
  t.is((await open.admin.list(ConfigMap, { namespace: 'kube-system' })).items.length, 0)
  await open.close()
})

test('an object that becomes unreadable is not told as deleted', async t => {
  const open = await openRegistry()
  await create(open.admin, 'one')
  const events: string[] = []
  open.admin.watch(ConfigMap, { namespace: 'default' }, { onEvent: ({ type }) => events.push(type), onEnd: () => {} })
  await settle()
  const value = Buffer.from('garbled')
  const path = '/pintle/core/configmaps/default/one'
  await open.store.txn({ compares: [], operations: [{ type: 'put', key: path, value }] })
  t.deepEqual(events, ['ADDED'])
  t.is((await t.throwsAsync<ApiError>(open.admin.get(ConfigMap, key('one')))).code, 500)
  await open.store.txn({ compares: [], operations: [{ type: 'delete', key: path }] })
  t.deepEqual(events, ['ADDED', 'DELETED'])
  t.is((await t.throwsAsync<ApiError>(open.admin.get(ConfigMap, key('one')))).code, 404)
  await open.close()
})

/** A store whose watch can be cut, as a remote one's can. */
async function cuttableStore() {
  const store = await createMemoryStore()
  let watcher: StoreWatcher | undefined
  let cancel = () => {}
  const cuttable: Store = {
    get revision() {
      return store.revision
    },
    get: (...args) => store.get(...args),
    range: (...args) => store.range(...args),
    txn: txn => store.txn(txn),
    compact: revision => store.compact(revision),
    snapshot: () => store.snapshot(),
    close: () => store.close(),
    watch(prefix, from, next) {
      watcher = next
      const watch = store.watch(prefix, from, next)
      cancel = () => watch.cancel()
      return watch
    },
  }
  const cut = (code: 'unavailable' | 'compacted') => {
    cancel()
    watcher?.onEnd(new StoreError(code, 'cut'))
  }
  return { store, cuttable, cut }
}

for (const code of ['unavailable', 'compacted'] as const) {
  test(`after the watch of the store was lost (${code}), what was missed is seen`, async t => {
    const clock = new VirtualClock()
    const { store, cuttable, cut } = await cuttableStore()
    const here = await openRegistry({ store: cuttable, clock })
    const there = await openRegistry({ store })
    await create(here.admin, 'changed')
    await create(here.admin, 'deleted')
    const events: string[] = []
    here.admin.watch(
      ConfigMap,
      { namespace: 'default' },
      {
        onEvent: (event: WatchEvent<ConfigMap>) => {
          if (event.type !== 'BOOKMARK') events.push(`${event.type} ${event.object.metadata.name}`)
        },
        onEnd: error => events.push(`END ${error}`),
      },
    )
    await settle()
    events.length = 0
    cut(code)
    await there.admin.patch(ConfigMap, key('changed'), { type: 'merge', body: { data: { a: '1' } } })
    await there.admin.delete(ConfigMap, key('deleted'))
    await create(there.admin, 'created')
    if (code === 'compacted') await store.compact(store.revision - 1)
    t.deepEqual(events, [])
    while (events.length < (code === 'compacted' ? 1 : 3)) {
      clock.fireNext()
      await settle()
    }
    // What was compacted cannot be told one by one: the watcher lists again.
    if (code === 'compacted') t.regex(events.join(), /^END .*list again$/)
    else t.deepEqual(events.toSorted(), ['ADDED created', 'DELETED deleted', 'MODIFIED changed'])
    t.deepEqual((await here.admin.get(ConfigMap, key('changed'))).data, { a: '1' })
    await t.throwsAsync(here.admin.get(ConfigMap, key('deleted')))
    await create(here.admin, 'after')
    t.is(events.at(-1) === 'ADDED after', code === 'unavailable')
    there.registry.close()
    await here.close()
  })
}

test('a read that wants the latest waits for what another process wrote', async t => {
  const { store, cuttable, cut } = await cuttableStore()
  const clock = new VirtualClock()
  const here = await openRegistry({ store: cuttable, clock })
  const there = await openRegistry({ store })
  cut('unavailable')
  await create(there.admin, 'one')
  await t.throwsAsync(here.admin.get(ConfigMap, key('one')), { message: /not found/ })
  const latest = here.admin.get(ConfigMap, key('one'), { consistency: 'latest' })
  for (let at = 0; at < 5; at++) {
    await settle()
    clock.fireNext()
  }
  t.is((await latest).metadata.name, 'one')
  there.registry.close()
  await here.close()
})

test('two registries on one store: no write is lost, each sees both', async t => {
  const store = await createMemoryStore()
  const one = await openRegistry({ store })
  const two = await openRegistry({ store })
  await create(one.admin, 'shared')
  const patches = [one, two, one, two].map(({ admin }, at) =>
    admin.patch(ConfigMap, key('shared'), { type: 'merge', body: { data: { [`k${at}`]: 'v' } } }),
  )
  await Promise.all(patches)
  for (const { admin } of [one, two]) {
    t.is(Object.keys((await admin.get(ConfigMap, key('shared'))).data ?? {}).length, 4)
  }
  two.registry.close()
  await one.close()
})
