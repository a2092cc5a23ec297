import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { Lease } from '../../src/api/kinds/coordination/lease.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../src/api/kinds/core/namespace.ts'
import { Node } from '../../src/api/kinds/core/node.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Secret } from '../../src/api/kinds/core/secret.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import type { Client, Identity, NewObject } from '../../src/client/client.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import { openRegistry } from './open-registry.ts'

const node = (name: string): Identity => ({
  user: `system:node:${name}`,
  groups: ['system:nodes', 'system:authenticated'],
})
const loop = (name: string): Identity => ({ user: `system:controller:${name}`, groups: ['system:controllers'] })
const someone: Identity = { user: 'mallory', groups: ['system:authenticated'] }

function pod(name: string, nodeName: string, spec: object = {}): NewObject<Pod> {
  const containers = [{ name: 'main', image: 'example/main:1', envFrom: [{ configMapRef: { name: `env-${name}` } }] }]
  const volumes = [{ name: 'v', secret: { secretName: `secret-${name}` } }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name },
    spec: { nodeName, containers, volumes, ...spec },
  }
}

async function cluster() {
  const open = await openRegistry()
  for (const name of ['a', 'b']) {
    await open.admin.create(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} })
    await open.admin.create(Pod, pod(name, name))
    const meta = (prefix: string) => ({ namespace: 'default', name: `${prefix}-${name}` })
    await open.admin.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: meta('secret'), data: { p: 'eA==' } })
    await open.admin.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('env') })
  }
  return { ...open, as: (identity: Identity): Client => open.registry.client(identity) }
}

const key = (name: string) => ({ namespace: 'default', name })

async function verdict(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'allowed'
  } catch (error) {
    return (error as ApiError).code === 403 ? 'forbidden' : String((error as ApiError).message)
  }
}

test('an agent reads its own node, its own pods, and what they refer to', async t => {
  const { as, close } = await cluster()
  const a = as(node('a'))
  const verdicts = {
    'own node': await verdict(a.get(Node, { name: 'a' })),
    'other node': await verdict(a.get(Node, { name: 'b' })),
    'all nodes': await verdict(a.list(Node)),
    'own pod': await verdict(a.get(Pod, key('a'))),
    'other pod': await verdict(a.get(Pod, key('b'))),
    'all pods': await verdict(a.list(Pod)),
    'its pods': await verdict(a.list(Pod, { fieldSelector: 'spec.nodeName=a' })),
    "another's pods": await verdict(a.list(Pod, { fieldSelector: 'spec.nodeName=b' })),
    'not its pods': await verdict(a.list(Pod, { fieldSelector: 'spec.nodeName!=a' })),
    'own secret': await verdict(a.get(Secret, key('secret-a'))),
    'other secret': await verdict(a.get(Secret, key('secret-b'))),
    'all secrets': await verdict(a.list(Secret)),
    'own config': await verdict(a.get(ConfigMap, key('env-a'))),
    'other config': await verdict(a.get(ConfigMap, key('env-b'))),
    services: await verdict(a.list(Service)),
    deployments: await verdict(a.list(Deployment)),
    namespaces: await verdict(a.list(Namespace)),
  }
  t.deepEqual(verdicts, {
    'own node': 'allowed',
    'other node': 'forbidden',
    'all nodes': 'forbidden',
    'own pod': 'allowed',
    'other pod': 'forbidden',
    'all pods': 'forbidden',
    'its pods': 'allowed',
    "another's pods": 'forbidden',
    'not its pods': 'forbidden',
    'own secret': 'allowed',
    'other secret': 'forbidden',
    'all secrets': 'forbidden',
    'own config': 'allowed',
    'other config': 'forbidden',
    services: 'allowed',
    deployments: 'forbidden',
    namespaces: 'forbidden',
  })
  await close()
})

test('an agent changes its own node, its pods and its lease', async t => {
  const { as, admin, close } = await cluster()
  const a = as(node('a'))
  const running = { type: 'merge', body: { status: { phase: 'Running' } } } as const
  const label = { type: 'merge', body: { metadata: { labels: { x: 'y' } } } } as const
  const lease = (name: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'kube-node-lease', name },
    spec: { holderIdentity: name },
  })
  const verdicts = [
    await verdict(a.patch(Pod, key('a'), running, { subresource: 'status' })),
    await verdict(a.patch(Pod, key('b'), running, { subresource: 'status' })),
    await verdict(a.patch(Pod, key('a'), label)),
    await verdict(a.patch(Node, { name: 'a' }, label)),
    await verdict(a.patch(Node, { name: 'b' }, label)),
    await verdict(a.delete(Node, { name: 'a' })),
    await verdict(a.create(Lease, lease('a'))),
    await verdict(a.create(Lease, lease('b'))),
    await verdict(a.create(Pod, pod('mine', 'a'))),
    await verdict(a.create(Pod, pod('theirs', 'b'))),
    await verdict(a.delete(Pod, key('a'), { gracePeriodSeconds: 0 })),
    await verdict(a.delete(Pod, key('b'), { gracePeriodSeconds: 0 })),
  ]
  t.deepEqual(verdicts, [
    'allowed',
    'forbidden',
    'forbidden',
    'allowed',
    'forbidden',
    'forbidden',
    'allowed',
    'forbidden',
    'allowed',
    'forbidden',
    'allowed',
    'forbidden',
  ])
  t.is((await admin.get(Pod, key('b'))).status?.phase, 'Pending')
  await close()
})

test('an agent registers again what it found running, with its uid; nobody else chooses one', async t => {
  const { as, admin, close } = await cluster()
  const uid = '11111111-2222-4333-8444-555555555555'
  const found = { ...pod('found', 'a'), metadata: { namespace: 'default', name: 'found', uid } }
  t.is((await as(node('a')).create(Pod, found)).metadata.uid, uid)
  const other = { ...found, metadata: { ...found.metadata, name: 'other' } }
  t.not((await admin.create(Pod, other)).metadata.uid, uid)
  await close()
})

test('a pod that an agent made up opens no secret, until a controller takes it', async t => {
  const { as, admin, close } = await cluster()
  const spec = { volumes: [{ name: 'v', secret: { secretName: 'secret-b' } }] }
  await as(node('a')).create(Pod, pod('made-up', 'a', spec))
  t.is(await verdict(as(node('a')).get(Secret, key('secret-b'))), 'forbidden')
  const uid = '11111111-2222-4333-8444-555555555555'
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }
  const owned = {
    ...pod('owned', 'a', spec),
    metadata: { namespace: 'default', name: 'owned', ownerReferences: [owner] },
  }
  t.is(await verdict(as(node('a')).create(Pod, owned)), 'forbidden')
  const body = { metadata: { ownerReferences: [owner] } }
  await admin.patch(Pod, key('made-up'), { type: 'merge', body })
  t.is(await verdict(as(node('a')).get(Secret, key('secret-b'))), 'allowed')
  await close()
})

test('a loop has what it needs and no more', async t => {
  const { as, close } = await cluster()
  const deployments = as(loop('deployment-controller'))
  t.is(await verdict(deployments.list(Deployment)), 'allowed')
  t.is(await verdict(deployments.list(Secret)), 'forbidden')
  t.is(await verdict(deployments.delete(Pod, key('a'))), 'forbidden')
  t.is(await verdict(as(loop('replicaset-controller')).delete(Pod, key('a'))), 'allowed')
  t.is(await verdict(as(loop('nobody-knows')).list(Pod)), 'forbidden')
  const scheduler = as({ user: 'system:kube-scheduler', groups: [] })
  t.is(await verdict(scheduler.list(Node)), 'allowed')
  t.is(await verdict(scheduler.list(Secret)), 'forbidden')
  const sync = as({ user: 'pintle-sync', groups: ['system:pintle'] })
  t.is(await verdict(sync.get(Secret, key('secret-a'))), 'allowed')
  t.is(await verdict(sync.list(Secret)), 'allowed', 'it puts back Secrets that somebody changed')
  t.is(await verdict(sync.list(Deployment)), 'allowed')
  await close()
})

test('anybody else has no access to objects, and is told so as Kubernetes does', async t => {
  const { as, close } = await cluster()
  const list = await t.throwsAsync<ApiError>(as(someone).list(Pod, { namespace: 'default' }))
  t.is(
    list.message,
    'pods is forbidden: User "mallory" cannot list resource "pods" in API group "" in the namespace "default"',
  )
  t.deepEqual(list.status.details, { kind: 'pods' })
  const get = await t.throwsAsync<ApiError>(as(someone).get(Deployment, key('web')))
  t.is(
    get.message,
    'deployments.apps "web" is forbidden: User "mallory" cannot get resource "deployments" in API group "apps" in the namespace "default"',
  )
  const patch = { type: 'merge', body: {} } as const
  const status = await t.throwsAsync<ApiError>(as(someone).patch(Node, { name: 'a' }, patch, { subresource: 'status' }))
  t.is(
    status.message,
    'nodes "a" is forbidden: User "mallory" cannot patch resource "nodes/status" in API group "" at the cluster scope',
  )
  await close()
})

test('discovery, version and health are open to everybody with an identity, to read', async t => {
  const authorizer = createBuiltinAuthorizer()
  const ask = async (path: string, verb = 'get', user = someone) =>
    (await authorizer.refuse({ user, verb, path })) === undefined
  for (const path of ['/version', '/api', '/apis/apps/v1', '/openapi/v3', '/readyz', '/livez/ping'])
    t.true(await ask(path))
  t.false(await ask('/metrics'))
  t.false(await ask('/git'))
  t.false(await ask('/versions'))
  t.false(await ask('/version', 'post'))
  t.false(await ask('/version', 'get', { user: 'system:anonymous', groups: ['system:unauthenticated'] }))
  t.true(await ask('/git', 'post', { user: 'admin', groups: ['system:masters'] }))
})
