import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import type { Check } from './client-suite.ts'
import { configMap, describe, observe } from './suite-objects.ts'

export function watchChecks(check: Check): void {
  check('a watch from a revision sees later changes in order, and no earlier ones', async (t, context) => {
    const { client, namespace } = context
    const first = await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    const watch = observe(client, ConfigMap, namespace, { resourceVersion: String(first.metadata.resourceVersion) })
    const second = await client.update(ConfigMap, { ...first, data: { a: '2' } })
    await client.delete(ConfigMap, { namespace, name: 'one' })
    const events = await watch.take(2)
    t.deepEqual(events.map(describe), ['MODIFIED one', 'DELETED one'])
    t.deepEqual(events[0]?.type === 'BOOKMARK' ? undefined : events[0]?.object, second)
    watch.stop()
  })

  check('objects that enter or leave the selector are ADDED and DELETED', async (t, { client, namespace }) => {
    const { resourceVersion } = await client.list(ConfigMap, { namespace })
    const watch = observe(client, ConfigMap, namespace, { resourceVersion, labelSelector: 'in=yes' })
    const key = { namespace, name: 'one' }
    const label = (value: string | null) =>
      client.patch(ConfigMap, key, { type: 'merge', body: { metadata: { labels: { in: value } } } })
    await client.create(ConfigMap, configMap(namespace, 'one'))
    const entered = await label('yes')
    const left = await label('no')
    const [added, deleted] = await watch.take(2)
    t.is(describe(added), 'ADDED one')
    t.is(describe(deleted), 'DELETED one')
    if (deleted?.type === 'DELETED') {
      t.deepEqual(deleted.object.metadata.labels, entered.metadata.labels)
      t.is(deleted.object.metadata.resourceVersion, left.metadata.resourceVersion)
    }
    watch.stop()
  })

  check('a watch goes on after the last revision seen', async (t, { client, namespace }) => {
    const { resourceVersion } = await client.list(ConfigMap, { namespace })
    await client.create(ConfigMap, configMap(namespace, 'one'))
    const first = observe(client, ConfigMap, namespace, { resourceVersion })
    const [added] = await first.take(1)
    first.stop()
    await client.create(ConfigMap, configMap(namespace, 'two'))
    const seen = added?.type === 'ADDED' ? String(added.object.metadata.resourceVersion) : ''
    const second = observe(client, ConfigMap, namespace, { resourceVersion: seen })
    t.deepEqual((await second.take(1)).map(describe), ['ADDED two'])
    second.stop()
  })

  check('all watchers see the same order', async (t, { client, namespace }) => {
    const { resourceVersion } = await client.list(ConfigMap, { namespace })
    const watches = [0, 1, 2].map(() => observe(client, ConfigMap, namespace, { resourceVersion }))
    await Promise.all(Array.from({ length: 20 }, (_, at) => client.create(ConfigMap, configMap(namespace, `n${at}`))))
    const seen = await Promise.all(watches.map(watch => watch.take(20)))
    t.deepEqual(seen[1], seen[0])
    t.deepEqual(seen[2], seen[0])
    for (const watch of watches) watch.stop()
  })

  check('a watch that asks for bookmarks is told when it has seen what exists', async (t, { client, namespace }) => {
    await client.create(ConfigMap, configMap(namespace, 'one'))
    const watch = observe(client, ConfigMap, namespace, { allowBookmarks: true })
    const [added, bookmark] = await watch.take(2)
    t.is(describe(added), 'ADDED one')
    t.like(bookmark, { type: 'BOOKMARK', initialEventsEnd: true })
    watch.stop()
  })

  check('a watch without a revision starts with what there is', async (t, { client, namespace }) => {
    await client.create(ConfigMap, configMap(namespace, 'b'))
    await client.create(ConfigMap, configMap(namespace, 'a'))
    const watch = observe(client, ConfigMap, namespace, {})
    t.deepEqual((await watch.take(2)).map(describe), ['ADDED a', 'ADDED b'])
    await client.delete(ConfigMap, { namespace, name: 'a' })
    t.deepEqual((await watch.take(1)).map(describe), ['DELETED a'])
    watch.stop()
  })
}
