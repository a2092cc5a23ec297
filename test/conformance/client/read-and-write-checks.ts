import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { Json } from '../../../src/api/object.ts'
import type { NewObject } from '../../../src/client/client.ts'
import type { Check } from './client-suite.ts'
import { configMap, deployment, pod, refusal } from './suite-objects.ts'

export function readAndWriteChecks(check: Check): void {
  check('what was created is read back, with what the server adds', async (t, { client, namespace }) => {
    const created = await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    t.deepEqual(created.data, { a: '1' })
    t.regex(created.metadata.uid ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    t.regex(created.metadata.creationTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    t.regex(created.metadata.resourceVersion ?? '', /^[1-9]\d*$/)
    t.deepEqual(await client.get(ConfigMap, { namespace, name: 'one' }), created)
    t.deepEqual((await client.list(ConfigMap, { namespace })).items, [created])
  })

  check('a second create of the same name is AlreadyExists', async (t, { client, namespace }) => {
    await client.create(ConfigMap, configMap(namespace, 'one'))
    const error = await refusal(t, client.create(ConfigMap, configMap(namespace, 'one')))
    t.is(error.reason, 'AlreadyExists')
    t.is(error.message, 'configmaps "one" already exists')
    t.deepEqual(error.status.details, { name: 'one', kind: 'configmaps' })
  })

  check('what does not exist is NotFound', async (t, { client, namespace }) => {
    const key = { namespace, name: 'none' }
    for (const attempt of [
      client.get(ConfigMap, key),
      client.delete(ConfigMap, key),
      client.patch(ConfigMap, key, { type: 'merge', body: { data: { a: '1' } } }),
      client.update(ConfigMap, { ...configMap(namespace, 'none'), metadata: key }),
    ]) {
      const error = await refusal(t, attempt)
      t.is(error.code, 404)
      t.is(error.message, 'configmaps "none" not found')
    }
  })

  check('an update with a stale resourceVersion is a Conflict', async (t, { client, namespace }) => {
    const first = await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    await client.update(ConfigMap, { ...first, data: { a: '2' } })
    const error = await refusal(t, client.update(ConfigMap, { ...first, data: { a: '3' } }))
    t.is(error.reason, 'Conflict')
    t.is(
      error.message,
      'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
    )
    t.deepEqual((await client.get(ConfigMap, { namespace, name: 'one' })).data, { a: '2' })
  })

  check('a write that changes nothing keeps the resourceVersion', async (t, { client, namespace }) => {
    const first = await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    const key = { namespace, name: 'one' }
    const updated = await client.update(ConfigMap, first)
    t.is(updated.metadata.resourceVersion, first.metadata.resourceVersion)
    const patched = await client.patch(ConfigMap, key, { type: 'merge', body: { data: { a: '1' } } })
    t.is(patched.metadata.resourceVersion, first.metadata.resourceVersion)
  })

  check('a merge patch changes what it names, and null removes', async (t, { client, namespace }) => {
    await client.create(ConfigMap, configMap(namespace, 'one', { a: '1', b: '2' }))
    const body = { data: { a: null, c: '3' } }
    const patched = await client.patch(ConfigMap, { namespace, name: 'one' }, { type: 'merge', body })
    t.deepEqual(patched.data, { b: '2', c: '3' })
  })

  check('a JSON patch changes step by step, and not at all when a test fails', async (t, { client, namespace }) => {
    const key = { namespace, name: 'one' }
    await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    const body = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'add', path: '/data/b', value: '2' },
    ]
    t.deepEqual((await client.patch(ConfigMap, key, { type: 'json', body })).data, { a: '1', b: '2' })
    const failing = [
      { op: 'remove', path: '/data/b' },
      { op: 'test', path: '/data/a', value: '9' },
    ]
    t.is((await refusal(t, client.patch(ConfigMap, key, { type: 'json', body: failing }))).code, 422)
    t.deepEqual((await client.get(ConfigMap, key)).data, { a: '1', b: '2' })
  })

  check('a strategic patch merges lists by their keys, with its directives', async (t, { client, namespace }) => {
    const key = { namespace, name: 'web' }
    await client.create(Deployment, deployment(namespace, 'web'))
    const containers = (items: readonly Json[], more: { readonly [key: string]: Json } = {}) => ({
      type: 'strategic' as const,
      body: { spec: { template: { spec: { containers: items, ...more } } } },
    })
    const added = await client.patch(Deployment, key, containers([{ name: 'side', image: 'example/side:1' }]))
    t.deepEqual(
      added.spec.template.spec?.containers.map(({ name }) => name),
      ['side', 'main'],
    )
    const ordered = await client.patch(
      Deployment,
      key,
      containers([{ name: 'main', image: 'example/main:2' }], {
        '$setElementOrder/containers': [{ name: 'main' }, { name: 'side' }],
      }),
    )
    t.deepEqual(
      ordered.spec.template.spec?.containers.map(({ image }) => image),
      ['example/main:2', 'example/side:1'],
    )
    const removed = await client.patch(Deployment, key, containers([{ name: 'side', $patch: 'delete' }]))
    t.is(removed.spec.template.spec?.containers.length, 1)
    const strategy = { type: 'Recreate', $retainKeys: ['type'] }
    const retained = await client.patch(Deployment, key, { type: 'strategic', body: { spec: { strategy } } })
    t.deepEqual(retained.spec.strategy, { type: 'Recreate' })
  })

  check('a patch with a stale resourceVersion is a Conflict; without one it is run again', async (t, context) => {
    const { client, namespace } = context
    const key = { namespace, name: 'one' }
    const first = await client.create(ConfigMap, configMap(namespace, 'one'))
    const stale = { metadata: { resourceVersion: String(first.metadata.resourceVersion) }, data: { x: 'y' } }
    const writes = Array.from({ length: 5 }, (_, at) =>
      client.patch(ConfigMap, key, { type: 'merge', body: { data: { [`k${at}`]: 'v' } } }),
    )
    await Promise.all(writes)
    t.is(Object.keys((await client.get(ConfigMap, key)).data ?? {}).length, 5)
    t.is((await refusal(t, client.patch(ConfigMap, key, { type: 'merge', body: stale }))).reason, 'Conflict')
  })

  check('a patch cannot rename or move an object', async (t, { client, namespace }) => {
    const key = { namespace, name: 'one' }
    await client.create(ConfigMap, configMap(namespace, 'one'))
    for (const metadata of [{ name: 'two' }, { namespace: 'default' }]) {
      t.is((await refusal(t, client.patch(ConfigMap, key, { type: 'merge', body: { metadata } }))).code, 400)
    }
  })

  check('a binding puts a pod on a node, once', async (t, { client, namespace }) => {
    await client.create(Pod, pod(namespace, 'one'))
    const binding = (node: string) =>
      ({
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { namespace, name: 'one' },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      }) as unknown as NewObject<Pod>
    await client.create(Pod, binding('node-1'), { subresource: 'binding' })
    const bound = await client.get(Pod, { namespace, name: 'one' })
    t.is(bound.spec.nodeName, 'node-1')
    t.like(bound.status?.conditions?.[0], { type: 'PodScheduled', status: 'True' })
    const error = await refusal(t, client.create(Pod, binding('node-2'), { subresource: 'binding' }))
    t.is(error.code, 409)
    t.regex(error.message, /pod one is already assigned to node "node-1"/)
  })

  check('an eviction deletes the pod', async (t, { client, namespace }) => {
    await client.create(Pod, pod(namespace, 'one'))
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name: 'one' } }
    await client.create(Pod, eviction as unknown as NewObject<Pod>, { subresource: 'eviction' })
    t.is((await refusal(t, client.get(Pod, { namespace, name: 'one' }))).code, 404)
  })

  check('status is not taken from a create or an update', async (t, { client, namespace }) => {
    const created = await client.create(Pod, { ...pod(namespace, 'one'), status: { phase: 'Running' } })
    t.is(created.status?.phase, 'Pending')
    const updated = await client.update(Pod, { ...created, status: { phase: 'Running' } })
    t.is(updated.status?.phase, 'Pending')
  })

  check('a status update changes status alone', async (t, { client, namespace }) => {
    const created = await client.create(Pod, pod(namespace, 'one'))
    const changed = { ...created, metadata: { ...created.metadata, labels: { x: 'y' } }, status: { phase: 'Running' } }
    const updated = await client.update(Pod, changed, { subresource: 'status' })
    t.is(updated.status?.phase, 'Running')
    t.is(updated.metadata.labels, undefined)
    t.is(updated.metadata.generation, created.metadata.generation)
  })

  check('a dry run answers as if, and stores nothing', async (t, { client, namespace }) => {
    const key = { namespace, name: 'one' }
    const dry = await client.create(ConfigMap, configMap(namespace, 'one'), { dryRun: true })
    t.truthy(dry.metadata.uid)
    t.is((await refusal(t, client.get(ConfigMap, key))).code, 404)
    const created = await client.create(ConfigMap, configMap(namespace, 'one', { a: '1' }))
    const body = { data: { a: '2' } }
    t.deepEqual((await client.patch(ConfigMap, key, { type: 'merge', body }, { dryRun: true })).data, { a: '2' })
    t.is(await client.delete(ConfigMap, key, { dryRun: true }), undefined)
    t.deepEqual(await client.get(ConfigMap, key), created)
  })

  check('generateName makes a name', async (t, { client, namespace }) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, generateName: 'made-' } }
    const created = await client.create(ConfigMap, object)
    t.regex(created.metadata.name, /^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  check('a deleted object is gone', async (t, { client, namespace }) => {
    await client.create(ConfigMap, configMap(namespace, 'one'))
    t.is(await client.delete(ConfigMap, { namespace, name: 'one' }), undefined)
    t.is((await refusal(t, client.get(ConfigMap, { namespace, name: 'one' }))).code, 404)
  })
}
