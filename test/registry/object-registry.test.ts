import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { defineKind } from '../../src/api/define-kind.ts'
import type { Kind } from '../../src/api/kind.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import type { KubeObject } from '../../src/api/object.ts'
import { anyJson, mapOf, struct, text } from '../../src/api/schema-builder.ts'
import type { AdmissionPlugin } from '../../src/registry/admission.ts'
import { ensureBootstrapObjects } from '../../src/registry/bootstrap-objects.ts'
import { openRegistry } from './open-registry.ts'
import { adminContext, servedKind } from './requests.ts'

const key = (name: string) => ({ namespace: 'default', name })
const configMap = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...key(name), labels },
})

test('a collection is deleted as far as its selectors reach', async t => {
  const { admin, registry, close } = await openRegistry()
  for (const name of ['a', 'b']) await admin.create(ConfigMap, configMap(name, { kind: 'old' }))
  await admin.create(ConfigMap, configMap('c', { kind: 'new' }))
  const held = configMap('d', { kind: 'old' })
  await admin.create(ConfigMap, { ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } })
  const target = { served: servedKind(registry, ConfigMap), namespace: 'default' }
  const list = await registry.deleteCollection(adminContext(), target, { labelSelector: 'kind=old' })
  t.deepEqual(
    list.items.map(item => item.key.name),
    ['a', 'b', 'd'],
  )
  const left = (await admin.list(ConfigMap, { namespace: 'default' })).items
  t.deepEqual(
    left.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
    [
      ['c', false],
      ['d', true],
    ],
  )
  await close()
})

test('bodies come as JSON and as YAML; what is doubled in them is found', async t => {
  const { registry, close } = await openRegistry()
  const target = { served: servedKind(registry, ConfigMap), namespace: 'default' }
  const send = (mediaType: string, body: string, context = adminContext()) =>
    registry.create(context, target, { mediaType, bytes: Buffer.from(body) })
  const yaml = await send(
    'application/yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "1"}\n',
  )
  t.deepEqual((yaml.object() as ConfigMap).data, { a: '1' })
  const doubled = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"},"data":{"a":"1","a":"2"},"x":1}'
  const strict = await t.throwsAsync<ApiError>(send('application/json', doubled))
  t.is(strict.code, 400)
  t.regex(strict.message, /unknown field "x", duplicate field "data\.a"/)
  const warnings: string[] = []
  const warn = (warning: string) => warnings.push(warning)
  await send('application/json', doubled, adminContext({ fieldValidation: 'Warn', warn }))
  t.is(warnings.length, 2)
  for (const [mediaType, body, code] of [
    ['text/xml', '<a/>', 415],
    ['application/json', '{', 400],
    ['application/json', '[]', 400],
    ['application/json', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}', 400],
    ['application/json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"other"}}', 400],
  ] as const) {
    t.is((await t.throwsAsync<ApiError>(send(mediaType, body))).code, code, body)
  }
  await close()
})

test('a key named __proto__ is data, in bodies and in every kind of patch', async t => {
  const { admin, registry, close } = await openRegistry()
  const served = servedKind(registry, ConfigMap)
  const target = { served, namespace: 'default' }
  const json = (text: string) => ({ mediaType: 'application/json', bytes: Buffer.from(text) })
  const head = '"apiVersion":"v1","kind":"ConfigMap"'
  await registry.create(adminContext(), target, json(`{${head},"metadata":{"name":"one"},"data":{"__proto__":"1"}}`))
  const dataOf = async () => Object.entries((await admin.get(ConfigMap, key('one'))).data ?? {})
  t.deepEqual(await dataOf(), [['__proto__', '1']])
  const object = { ...target, name: 'one' }
  for (const [type, text] of [
    ['merge', '{"data":{"__proto__":"2"}}'],
    ['strategic', '{"data":{"__proto__":"3"}}'],
    ['json', '[{"op":"replace","path":"/data/__proto__","value":"4"}]'],
  ] as const) {
    await registry.patch(adminContext(), object, { type, body: json(text) })
  }
  t.deepEqual(await dataOf(), [['__proto__', '4']])
  const body = json(`{${head},"metadata":{"name":"one"},"data":{"__proto__":"5"}}`)
  await registry.patch(adminContext({ fieldManager: 'applier' }), object, { type: 'apply', body, force: true })
  t.deepEqual(await dataOf(), [['__proto__', '5']])
  await registry.patch(adminContext(), object, { type: 'merge', body: json('{"data":{"__proto__":null}}') })
  t.deepEqual(await dataOf(), [])
  const polluting = json('{"metadata":{"__proto__":{"polluted":"yes"}},"__proto__":{"polluted":"yes"}}')
  const lenient = adminContext({ fieldValidation: 'Ignore' })
  await registry.patch(lenient, object, { type: 'merge', body: polluting })
  t.is(({} as { polluted?: string }).polluted, undefined)
  t.is(((await admin.get(ConfigMap, key('one'))) as { polluted?: string }).polluted, undefined)
  await close()
})

test('an object that is too large is refused, by its size', async t => {
  const { admin, close } = await openRegistry()
  const spec = { containers: [{ name: 'main', image: 'example/main:1', args: ['x'.repeat(1.6 * 1024 * 1024)] }] }
  const error = await t.throwsAsync<ApiError>(
    admin.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: key('huge'), spec }),
  )
  t.is(error.code, 413)
  await close()
})

test('a subresource that a kind does not have is not found', async t => {
  const { admin, close } = await openRegistry()
  await admin.create(ConfigMap, configMap('one'))
  const body = { data: { a: '1' } }
  for (const subresource of ['status', 'scale', 'finalize', 'binding', 'nonsense']) {
    const attempt = admin.patch(ConfigMap, key('one'), { type: 'merge', body }, { subresource })
    t.is((await t.throwsAsync<ApiError>(attempt)).code, 404, subresource)
  }
  const binding = { apiVersion: 'v1', kind: 'Pod', metadata: key('one'), spec: { containers: [] } }
  t.is((await t.throwsAsync<ApiError>(admin.update(Pod, binding as never, { subresource: 'binding' }))).code, 404)
  await close()
})

test('plugins complete a draft and refuse it, whoever writes and however', async t => {
  const seen: string[] = []
  const plugin: AdmissionPlugin = {
    name: 'Test',
    async mutate({ object, operation }) {
      seen.push(operation)
      if (object !== undefined) object.metadata.annotations = { ...object.metadata.annotations, seen: 'yes' }
    },
    async validate({ object, current, operation, name }) {
      if (operation === 'DELETE') t.is(current?.metadata.name, name)
      if (object?.metadata.labels?.['refused'] === 'yes') throw new Error('refused by the test')
    },
  }
  const { admin, close } = await openRegistry({ admission: [plugin] })
  const created = await admin.create(ConfigMap, configMap('one'))
  t.deepEqual(created.metadata.annotations, { seen: 'yes' })
  t.notRegex(JSON.stringify(created.metadata.managedFields ?? []), /annotations/)
  const body = { metadata: { labels: { refused: 'yes' } } }
  await t.throwsAsync(admin.patch(ConfigMap, key('one'), { type: 'merge', body }), { message: 'refused by the test' })
  await admin.delete(ConfigMap, key('one'))
  t.true(seen.includes('CREATE') && seen.includes('UPDATE'))
  await close()
})

test('pods get an account, tolerations and a priority', async t => {
  const { admin, close } = await openRegistry()
  const spec = { containers: [{ name: 'main', image: 'example/main:1' }] }
  const pod = await admin.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: key('one'), spec })
  t.like(pod.spec, { serviceAccountName: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
  t.deepEqual(
    pod.spec.tolerations?.map(({ key: taint, tolerationSeconds }) => [taint, tolerationSeconds]),
    [
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ],
  )
  await close()
})

interface Widget extends KubeObject {
  spec?: { size?: string }
}

const Widget: Kind<Widget> = defineKind<Widget>({
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  schema: struct({
    apiVersion: text(),
    kind: text(),
    metadata: anyJson(),
    spec: struct({ size: text(), labels: mapOf(text()) }),
  }),
})

test('a kind added at run time is served, with what the store holds of it; a removed one is not', async t => {
  const { admin, registry, close } = await openRegistry()
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: key('one'), spec: { size: 'big' } }
  t.is((await t.throwsAsync<ApiError>(admin.create(Widget, widget))).code, 404)
  registry.kinds.add(Widget as unknown as Kind)
  await new Promise(resolve => setTimeout(resolve, 5))
  const created = await admin.create(Widget, widget)
  t.is(created.metadata.generation, 1)
  let ended: Error | undefined
  admin.watch(Widget, {}, { onEvent: () => {}, onEnd: error => (ended = error) })
  await new Promise(resolve => setTimeout(resolve, 5))
  registry.kinds.remove(Widget as unknown as Kind)
  t.is((ended as ApiError | undefined)?.code, 410)
  t.is((await t.throwsAsync<ApiError>(admin.get(Widget, key('one')))).code, 404)
  registry.kinds.add(Widget as unknown as Kind)
  await new Promise(resolve => setTimeout(resolve, 5))
  t.deepEqual(await admin.get(Widget, key('one')), created)
  await close()
})

test('a watch listener that throws ends its own watch and nothing else', async t => {
  const { admin, close } = await openRegistry()
  let ended: Error | undefined
  const heard: string[] = []
  admin.watch(
    ConfigMap,
    {},
    {
      onEvent: () => {
        throw new Error('listener failed')
      },
      onEnd: error => (ended = error),
    },
  )
  admin.watch(ConfigMap, {}, { onEvent: event => heard.push(event.type), onEnd: () => {} })
  await new Promise(resolve => setTimeout(resolve, 5))
  await admin.create(ConfigMap, configMap('one'))
  t.is(ended?.message, 'listener failed')
  t.deepEqual(heard, ['ADDED'])
  await close()
})

test('the first objects of a cluster are there, and making them again changes nothing', async t => {
  const { admin, store, close } = await openRegistry()
  const names = (await admin.list(Namespace)).items.map(({ metadata }) => metadata.name)
  t.deepEqual(names, ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
  const service = await admin.get(Service, { namespace: 'default', name: 'kubernetes' })
  const before = store.revision
  await ensureBootstrapObjects(admin)
  t.is(store.revision, before)
  await ensureBootstrapObjects(admin, { apiPort: 7443 })
  const moved = await admin.get(Service, { namespace: 'default', name: 'kubernetes' })
  t.is(moved.spec.ports?.[0]?.targetPort, 7443)
  t.is(moved.spec.clusterIP, service.spec.clusterIP)
  await close()
})
