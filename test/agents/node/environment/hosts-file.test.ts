import test from 'ava'
import { formatHostsFile, podHostname } from '../../../../agents/node/environment/hosts-file.ts'
import type { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { Pod as PodKind } from '../../../../src/api/kinds/core/pod.ts'
import type { Service } from '../../../../src/api/kinds/core/service.ts'
import { Service as ServiceKind } from '../../../../src/api/kinds/core/service.ts'
import { createPod, RealNode } from '../test-node.ts'

const pod = (spec: object, name = 'web-0') =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name }, spec }) as unknown as Pod
const service = (namespace: string, name: string, clusterIP: string) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { clusterIP } }) as unknown as Service

const lineOf = (text: string, address: string) =>
  text
    .split('\n')
    .find(line => line.startsWith(`${address}\t`))
    ?.split('\t')
    .slice(1)

test('services under the names of cluster DNS; the short one in their own namespace alone', t => {
  const services = [
    service('shop', 'cart', '10.96.0.7'),
    service('hello', 'hello', '10.96.0.8'),
    service('shop', 'headless', 'None'),
  ]
  const text = formatHostsFile(
    pod({ hostAliases: [{ ip: '192.0.2.1', hostnames: ['a', 'b'] }] }),
    '10.244.0.5',
    services,
  )
  t.deepEqual(lineOf(text, '10.96.0.7'), ['cart.shop.svc.cluster.local', 'cart.shop.svc', 'cart.shop', 'cart'])
  t.deepEqual(lineOf(text, '10.96.0.8'), ['hello.hello.svc.cluster.local', 'hello.hello.svc', 'hello.hello'])
  t.false(text.includes('headless'))
  t.deepEqual(lineOf(text, '10.244.0.5'), ['web-0'])
  t.deepEqual(lineOf(text, '192.0.2.1'), ['a', 'b'])
})

test('host names', t => {
  t.is(podHostname(pod({ hostname: 'own' })), 'own')
  t.is(podHostname(pod({}, `${'a'.repeat(62)}-b`)), 'a'.repeat(62))
  const text = formatHostsFile(pod({ subdomain: 'web' }), '10.244.0.5', [])
  t.deepEqual(lineOf(text, '10.244.0.5'), ['web-0.web.shop.svc.cluster.local', 'web-0'])
})

test('a running pod sees a new Service by its name, and none that is gone', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  if (!node.agent.runtime?.mountsVolumes) {
    t.pass('this machine permits no mounts')
    return
  }
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'none', command: ['sleep', '1000'] }] })
  const { metadata } = await node.phase('web', 'Running')
  const read = async () => {
    const limits = { timeoutMs: 5_000, outputBytesMax: 10_000 }
    const { stdout } = await node.agent.driver.exec(`${metadata.uid}.app.0`, ['cat', '/etc/hosts'], limits)
    return new TextDecoder().decode(stdout)
  }
  const created = await node.admin.create(ServiceKind, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'cart' },
    spec: { ports: [{ port: 80 }] },
  } as unknown as Service)
  const address = created.spec.clusterIP ?? ''
  await node.until(async () => lineOf(await read(), address)?.includes('cart'))
  await node.admin.delete(ServiceKind, { namespace: 'default', name: 'cart' })
  await node.until(async () => lineOf(await read(), address) === undefined)
  await node.admin.delete(PodKind, { namespace: 'default', name: 'web' })
  t.true(await node.until(async () => (await node.pod('web')) === undefined))
})
