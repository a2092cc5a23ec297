import type { ExecutionContext, TestFn } from 'ava'
import { ApiError } from '../../../src/api/api-error.ts'
import type { Kind } from '../../../src/api/kind.ts'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly, Json, KubeObject, ObjectMeta } from '../../../src/api/object.ts'
import type { Client, Identity, NewObject, Selection, WatchEvent } from '../../../src/client/client.ts'

/** A server to be tested through its Clients. */
export interface ClientUnderTest {
  client(identity: Identity): Client
  close(): Promise<void>
}

interface SuiteContext {
  readonly client: Client
  readonly namespace: string
  as(identity: Identity): Client
}

const SUITE_ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

type Check = (title: string, body: (t: ExecutionContext, context: SuiteContext) => Promise<void>) => void

/**
 * What every Client promises, checked against one running server. Each check works in a namespace of its own. `open`
 * starts a server with nothing but the bootstrap objects in it.
 */
export function clientSuite(test: TestFn, name: string, open: () => Promise<ClientUnderTest>): void {
  let server: ClientUnderTest
  let opened = 0
  test.before(async () => {
    server = await open()
  })
  test.after.always(() => server?.close())
  const check: Check = (title, body) =>
    test(`${name}: ${title}`, async t => {
      const client = server.client(SUITE_ADMIN)
      const namespace = `suite-${opened++}`
      await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      await body(t, { client, namespace, as: identity => server.client(identity) })
    })
  readsAndWrites(check)
  metadata(check)
  serverSideApply(check)
  deletions(check)
  watches(check)
}

function readsAndWrites(check: Check): void {
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

function metadata(check: Check): void {
  check('generation grows with the spec alone', async (t, { client, namespace }) => {
    const key = { namespace, name: 'web' }
    const created = await client.create(Deployment, deployment(namespace, 'web'))
    t.is(created.metadata.generation, 1)
    const labelled = await client.patch(Deployment, key, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } })
    t.is(labelled.metadata.generation, 1)
    const status = { ...labelled, status: { replicas: 1, observedGeneration: 1 } }
    t.is((await client.update(Deployment, status, { subresource: 'status' })).metadata.generation, 1)
    const scaled = await client.patch(Deployment, key, { type: 'merge', body: { spec: { replicas: 3 } } })
    t.is(scaled.metadata.generation, 2)
  })

  check('what the server owns is not changed by an update', async (t, { client, namespace }) => {
    const created = await client.create(ConfigMap, configMap(namespace, 'one'))
    const metadata = {
      namespace,
      name: 'one',
      creationTimestamp: '2001-01-01T00:00:00Z',
      generation: 7,
      deletionTimestamp: '2001-01-01T00:00:00Z',
    }
    const updated = await client.update(ConfigMap, { ...created, metadata, data: { a: '1' } })
    t.is(updated.metadata.uid, created.metadata.uid)
    t.is(updated.metadata.creationTimestamp, created.metadata.creationTimestamp)
    t.is(updated.metadata.generation, undefined)
    t.is(updated.metadata.deletionTimestamp, undefined)
  })

  check('an invalid name is Invalid, with its field', async (t, { client, namespace }) => {
    const error = await refusal(t, client.create(ConfigMap, configMap(namespace, 'Not_Valid')))
    t.is(error.code, 422)
    t.is(error.reason, 'Invalid')
    t.is(error.status.details?.causes?.[0]?.field, 'metadata.name')
  })

  check('an unknown field is refused, told or dropped, as asked', async (t, { client, namespace }) => {
    const odd = { ...configMap(namespace, 'one', { a: '1' }), colour: 'red' } as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, odd, { fieldValidation: 'Strict' }))
    t.is(error.code, 400)
    t.regex(error.message, /strict decoding error: unknown field "colour"/)
    const warnings: string[] = []
    const onWarning = (text: string) => warnings.push(text)
    const created = await client.create(ConfigMap, odd, { fieldValidation: 'Warn', onWarning })
    t.deepEqual(warnings, ['unknown field "colour"'])
    t.false('colour' in created)
    const silent = { ...odd, metadata: { namespace, name: 'two' } }
    await client.create(ConfigMap, silent, { fieldValidation: 'Ignore', onWarning })
    t.is(warnings.length, 1)
  })

  check('an unknown field of the metadata is found as well', async (t, { client, namespace }) => {
    const metadata = { namespace, name: 'one', colour: 'red' }
    const odd = { ...configMap(namespace, 'one'), metadata } as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, odd, { fieldValidation: 'Strict' }))
    t.regex(error.message, /unknown field "metadata.colour"/)
  })

  check('an object to be created has no resourceVersion yet', async (t, { client, namespace }) => {
    const metadata = { namespace, name: 'one', resourceVersion: '5' }
    t.is((await refusal(t, client.create(ConfigMap, { ...configMap(namespace, 'one'), metadata }))).code, 400)
  })

  check('lists come in pages of one revision', async (t, { client, namespace }) => {
    for (const name of ['a', 'b', 'c']) await client.create(ConfigMap, configMap(namespace, name))
    const first = await client.list(ConfigMap, { namespace, limit: 2 })
    t.deepEqual(
      first.items.map(item => item.metadata.name),
      ['a', 'b'],
    )
    t.is(first.remainingItemCount, 1)
    await client.create(ConfigMap, configMap(namespace, 'bb'))
    const rest = await client.list(ConfigMap, { namespace, limit: 2, continue: first.continue ?? '' })
    t.deepEqual(
      rest.items.map(item => item.metadata.name),
      ['c'],
    )
    t.is(rest.resourceVersion, first.resourceVersion)
    t.is(rest.continue, undefined)
  })

  check('lists are cut by namespace, labels and fields', async (t, { client, namespace }) => {
    for (const [name, node] of [
      ['a', 'node-1'],
      ['b', 'node-2'],
    ] as const) {
      const metadata = { namespace, name, labels: { on: node } }
      await client.create(Pod, {
        ...pod(namespace, name),
        metadata,
        spec: { ...pod(namespace, name).spec, nodeName: node },
      })
    }
    const names = async (selection: Selection) =>
      (await client.list(Pod, { namespace, ...selection })).items.map(item => item.metadata.name)
    t.deepEqual(await names({ labelSelector: 'on in (node-2)' }), ['b'])
    t.deepEqual(await names({ fieldSelector: 'spec.nodeName=node-1' }), ['a'])
    t.deepEqual(await names({ fieldSelector: 'metadata.name!=a' }), ['b'])
    t.deepEqual(await names({ fieldSelector: 'metadata.name=b,spec.nodeName=node-1' }), [])
    t.is((await refusal(t, client.list(Pod, { fieldSelector: 'spec.colour=red' }))).code, 400)
    t.is((await refusal(t, client.list(Pod, { labelSelector: 'a in (' }))).code, 400)
  })

  check('a value of a wrong type is refused with its path', async (t, { client, namespace }) => {
    const wrong = { ...configMap(namespace, 'one'), data: { a: 5 } } as unknown as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, wrong))
    t.regex(error.message, /data\[a\]/)
  })

  check('nothing is created in a namespace that does not exist', async (t, { client }) => {
    const error = await refusal(t, client.create(ConfigMap, configMap('nowhere', 'one')))
    t.is(error.code, 404)
    t.is(error.message, 'namespaces "nowhere" not found')
  })

  check('scale shows and changes replicas', async (t, { client, namespace }) => {
    const key = { namespace, name: 'web' }
    await client.create(Deployment, deployment(namespace, 'web'))
    const body = { spec: { replicas: 4 } }
    const scale = (await client.patch(Deployment, key, { type: 'merge', body }, { subresource: 'scale' })) as unknown
    t.like(scale, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 4 },
      status: { selector: 'app=web' },
    })
    const found = await client.get(Deployment, key)
    t.is(found.spec.replicas, 4)
    t.is(found.metadata.generation, 2)
  })
}

function serverSideApply(check: Check): void {
  const manager = { fieldManager: 'one' }

  check('apply creates, and applying the same again changes nothing', async (t, { client, namespace }) => {
    const first = await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager)
    t.like(first.metadata.managedFields?.[0], { manager: 'one', operation: 'Apply', apiVersion: 'v1' })
    t.deepEqual(await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager), first)
  })

  check('a field of another manager is a conflict, unless forced', async (t, { client, namespace }) => {
    await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager)
    const other = { fieldManager: 'two' }
    const error = await refusal(t, client.apply(ConfigMap, configMap(namespace, 'one', { a: '2' }), other))
    t.is(error.reason, 'Conflict')
    t.is(error.message, 'Apply failed with 1 conflict: conflict with "one": .data.a')
    t.deepEqual(error.status.details?.causes, [
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
    ])
    const forced = await client.apply(ConfigMap, configMap(namespace, 'one', { a: '2' }), { ...other, force: true })
    t.deepEqual(forced.data, { a: '2' })
    t.deepEqual(
      forced.metadata.managedFields?.map(entry => entry.manager),
      ['two'],
    )
  })

  check('a field left out of the next apply goes, unless somebody else owns it too', async (t, context) => {
    const { client, namespace } = context
    await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1', b: '2' }), manager)
    await client.apply(ConfigMap, configMap(namespace, 'one', { b: '2' }), { fieldManager: 'two' })
    const last = await client.apply(ConfigMap, configMap(namespace, 'one', {}), manager)
    t.deepEqual(last.data, { b: '2' })
  })

  check('items of a list with keys are owned one by one', async (t, { client, namespace }) => {
    const withContainer = (name: string) => ({
      ...deployment(namespace, 'web'),
      spec: { ...deployment(namespace, 'web').spec, template: template([{ name, image: `example/${name}:1` }]) },
    })
    await client.apply(Deployment, withContainer('a'), manager)
    const both = await client.apply(Deployment, withContainer('b'), { fieldManager: 'two' })
    t.deepEqual(both.spec.template.spec?.containers.map(({ name }) => name).toSorted(), ['a', 'b'])
  })

  check('defaults belong to nobody', async (t, { client, namespace }) => {
    const created = await client.create(Pod, pod(namespace, 'one'), { fieldManager: 'maker' })
    t.is(created.spec.restartPolicy, 'Always')
    const fields = JSON.stringify(created.metadata.managedFields)
    t.regex(fields, /f:image"/)
    t.notRegex(fields, /restartPolicy|dnsPolicy|imagePullPolicy|tolerations/)
  })

  check('apply as a precondition: a uid of an object that does not exist', async (t, { client, namespace }) => {
    const object = configMap(namespace, 'one', { a: '1' })
    const uid = '00000000-0000-4000-8000-000000000000'
    const attempt = client.apply(ConfigMap, { ...object, metadata: { namespace, name: 'one', uid } }, manager)
    t.is((await refusal(t, attempt)).code, 409)
  })
}

function deletions(check: Check): void {
  const held = (namespace: string) => ({
    ...configMap(namespace, 'one'),
    metadata: { namespace, name: 'one', finalizers: ['example.com/hold'] },
  })

  check('a finalizer holds an object until it is taken off, and none can be added', async (t, context) => {
    const { client, namespace } = context
    const key = { namespace, name: 'one' }
    await client.create(ConfigMap, held(namespace))
    const remaining = await client.delete(ConfigMap, key)
    t.truthy(remaining?.metadata.deletionTimestamp)
    const patch = (finalizers: readonly string[]) =>
      client.patch(ConfigMap, key, { type: 'merge', body: { metadata: { finalizers } } })
    const error = await refusal(t, patch(['example.com/hold', 'example.com/more']))
    t.is(error.code, 422)
    t.regex(error.message, /no new finalizers can be added if the object is being deleted/)
    await patch([])
    t.is((await refusal(t, client.get(ConfigMap, key))).code, 404)
  })

  check('a precondition on the uid is judged', async (t, { client, namespace }) => {
    const created = await client.create(ConfigMap, configMap(namespace, 'one'))
    const key = { namespace, name: 'one' }
    const error = await refusal(t, client.delete(ConfigMap, key, { preconditions: { uid: 'other' } }))
    t.is(error.code, 409)
    t.regex(error.message, /Precondition failed: UID in precondition: other, UID in object meta: /)
    await client.delete(ConfigMap, key, { preconditions: { uid: String(created.metadata.uid) } })
  })

  check('foreground and orphan leave a finalizer for the garbage collector', async (t, { client, namespace }) => {
    for (const [propagation, finalizer] of [
      ['Foreground', 'foregroundDeletion'],
      ['Orphan', 'orphan'],
    ] as const) {
      const name = finalizer.toLowerCase()
      await client.create(ConfigMap, configMap(namespace, name))
      const remaining = await client.delete(ConfigMap, { namespace, name }, { propagation })
      t.deepEqual(remaining?.metadata.finalizers, [finalizer])
    }
  })

  check('a pod on a node dies gracefully; a repeated delete only shortens that', async (t, { client, namespace }) => {
    const key = { namespace, name: 'one' }
    const bound = { ...pod(namespace, 'one'), spec: { ...pod(namespace, 'one').spec, nodeName: 'node-1' } }
    const created = await client.create(Pod, bound)
    t.is((await client.delete(Pod, key))?.metadata.deletionGracePeriodSeconds, 30)
    t.is((await client.delete(Pod, key, { gracePeriodSeconds: 60 }))?.metadata.deletionGracePeriodSeconds, 30)
    t.is((await client.delete(Pod, key, { gracePeriodSeconds: 5 }))?.metadata.deletionGracePeriodSeconds, 5)
    const uid = String(created.metadata.uid)
    t.is(await client.delete(Pod, key, { gracePeriodSeconds: 0, preconditions: { uid } }), undefined)
    t.is((await refusal(t, client.get(Pod, key))).code, 404)
  })

  check('a pod on no node is gone at once', async (t, { client, namespace }) => {
    await client.create(Pod, pod(namespace, 'one'))
    t.is(await client.delete(Pod, { namespace, name: 'one' }), undefined)
  })

  check('a namespace goes through Terminating, and takes nothing new', async (t, { client, namespace }) => {
    const terminating = await client.delete(Namespace, { name: namespace })
    t.is(terminating?.status?.phase, 'Terminating')
    const error = await refusal(t, client.create(ConfigMap, configMap(namespace, 'late')))
    t.is(error.code, 403)
    t.is(
      error.message,
      `configmaps "late" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    )
    t.is(error.status.details?.causes?.[0]?.reason, 'NamespaceTerminating')
    const spec = { finalizers: [] }
    const finalized = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec }
    await client.update(Namespace, finalized as DeepReadonly<Namespace>, { subresource: 'finalize' })
    t.is((await refusal(t, client.get(Namespace, { name: namespace }))).code, 404)
  })

  check('the first namespaces cannot be deleted', async (t, { client }) => {
    for (const name of ['default', 'kube-system', 'kube-public']) {
      t.is((await refusal(t, client.delete(Namespace, { name }))).code, 403)
    }
  })
}

function watches(check: Check): void {
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

function configMap(namespace: string, name: string, data?: Record<string, string>): NewObject<ConfigMap> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, ...(data && { data }) }
}

function pod(namespace: string, name: string): NewObject<Pod> {
  const spec = { containers: [{ name: 'main', image: 'example/main:1' }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec }
}

function deployment(namespace: string, name: string): NewObject<Deployment> {
  const spec = {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: template([{ name: 'main', image: 'example/main:1' }]),
  }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name }, spec }
}

function template(containers: { name: string; image: string }[]) {
  return { metadata: { labels: { app: 'web' } } as unknown as ObjectMeta, spec: { containers } }
}

async function refusal(t: ExecutionContext, attempt: Promise<unknown>): Promise<ApiError> {
  const error = await t.throwsAsync(attempt)
  t.true(error instanceof ApiError, `${error}`)
  return error as ApiError
}

function describe<T extends KubeObject>(event: WatchEvent<T> | undefined): string {
  if (event === undefined) return 'nothing'
  return event.type === 'BOOKMARK' ? 'BOOKMARK' : `${event.type} ${event.object.metadata.name}`
}

const TAKE_TIMEOUT_MS = 10_000

/** A watch whose events are taken in order, as many as wanted, waiting for those that are still to come. */
function observe<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  namespace: string,
  options: { readonly resourceVersion?: string; readonly labelSelector?: string; readonly allowBookmarks?: boolean },
) {
  const events: WatchEvent<T>[] = []
  let ended: Error | undefined
  let wake = () => {}
  const watch = client.watch(
    kind,
    { namespace, ...options },
    {
      onEvent: event => {
        events.push(event)
        wake()
      },
      onEnd: error => {
        ended = error ?? new Error('the watch ended')
        wake()
      },
    },
  )
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no more than ${events.length} events came`)), TAKE_TIMEOUT_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return {
    stop: () => watch.stop(),
    async take(count: number): Promise<WatchEvent<T>[]> {
      while (events.length < count) {
        if (ended !== undefined) throw ended
        await wait()
      }
      return events.splice(0, count)
    },
  }
}
