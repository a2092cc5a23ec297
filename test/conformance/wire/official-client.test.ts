import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1ConfigMap,
  VersionApi,
  Watch,
} from '@kubernetes/client-node'
import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { deployment, startWireServer } from './wire-server.ts'

/** The official JavaScript client, as programs written for Kubernetes use it. */

interface Context {
  readonly wire: WireServer
  readonly config: KubeConfig
}

const test = anyTest as TestFn<Context>

test.before(async t => {
  const wire = await startWireServer()
  const { admin, pki, url } = wire.server
  const config = new KubeConfig()
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  config.loadFromOptions({
    clusters: [{ name: 'pintle', server: url, caData: base64(pki.caCertificate) }],
    users: [{ name: 'admin', certData: base64(admin.certificate), keyData: base64(admin.key) }],
    contexts: [{ name: 'pintle', cluster: 'pintle', user: 'admin' }],
    currentContext: 'pintle',
  })
  t.context = { wire, config }
})
test.after.always(async t => await t.context.wire?.close())

async function until(condition: () => boolean): Promise<void> {
  for (let wait = 0; wait < 250; wait++) {
    if (condition()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it did not come to pass in 5 s')
}

test('version and typed objects: create, read, replace, patch, delete', async t => {
  const { config, wire } = t.context
  const namespace = await wire.namespace()
  t.is((await config.makeApiClient(VersionApi).getCode()).minor, '36')
  const core = config.makeApiClient(CoreV1Api)
  const body: V1ConfigMap = { metadata: { name: 'a' }, data: { x: '1' } }
  const created = await core.createNamespacedConfigMap({ namespace, body })
  t.truthy(created.metadata?.uid)
  t.true(created.metadata?.creationTimestamp instanceof Date)
  const replaced = await core.replaceNamespacedConfigMap({
    namespace,
    name: 'a',
    body: { ...created, data: { x: '2' } },
  })
  t.deepEqual(replaced.data, { x: '2' })
  await t.throwsAsync(core.replaceNamespacedConfigMap({ namespace, name: 'a', body: created }), { message: /409/ })
  t.is((await core.listNamespacedConfigMap({ namespace, labelSelector: '!none' })).items.length, 1)
  await core.deleteNamespacedConfigMap({ namespace, name: 'a' })
  await t.throwsAsync(core.readNamespacedConfigMap({ namespace, name: 'a' }), { message: /404/ })
})

test('a deployment, its scale and its status', async t => {
  const { config, wire } = t.context
  const namespace = await wire.namespace()
  const apps = config.makeApiClient(AppsV1Api)
  await apps.createNamespacedDeployment({ namespace, body: deployment('web') })
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' })
  await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: { ...scale, spec: { replicas: 3 } } })
  const current = await apps.readNamespacedDeployment({ namespace, name: 'web' })
  t.is(current.spec?.replicas, 3)
  t.is(current.metadata?.generation, 2)
  const body = { ...current, status: { replicas: 3, observedGeneration: 2 } }
  const updated = await apps.replaceNamespacedDeploymentStatus({ namespace, name: 'web', body })
  t.is(updated.status?.replicas, 3)
})

test('objects of any kind, found by discovery; server-side apply', async t => {
  const { config, wire } = t.context
  const namespace = await wire.namespace()
  const objects = KubernetesObjectApi.makeApiClient(config)
  const spec = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace }, data: { a: 'b' } }
  await objects.create(spec)
  t.is((await objects.read(spec)).metadata?.name, 'any')
  const applied = (await objects.patch(
    { ...spec, data: { a: 'c' } } as never,
    undefined,
    undefined,
    'mine',
    true,
    PatchStrategy.ServerSideApply,
  )) as V1ConfigMap
  t.deepEqual(applied.data, { a: 'c' })
  t.is((await objects.delete(spec)).status, 'Success')
})

test('a watch and an informer see what happens', async t => {
  const { config, wire } = t.context
  const namespace = await wire.namespace()
  const core = config.makeApiClient(CoreV1Api)
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const watched: string[] = []
  const abort = await new Watch(config).watch(
    path,
    {},
    (type, object) => watched.push(`${type} ${object.metadata.name}`),
    () => {},
  )
  const informed: string[] = []
  const informer = makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace }))
  for (const verb of ['add', 'update', 'delete'] as const)
    informer.on(verb, object => informed.push(`${verb} ${object.metadata?.name}`))
  await informer.start()
  const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' } } })
  await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...made, data: { x: '1' } } })
  await core.deleteNamespacedConfigMap({ namespace, name: 'a' })
  await until(() => informed.length >= 3 && watched.length >= 3)
  t.deepEqual(watched, ['ADDED a', 'MODIFIED a', 'DELETED a'])
  t.deepEqual(informed, ['add a', 'update a', 'delete a'])
  abort.abort()
  await informer.stop()
})
