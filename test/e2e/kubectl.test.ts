import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { findKubectl, UserCluster } from './cluster.ts'

/** People with kubectl beside the engine: edits of what Git manages, and objects of their own. */

const cluster = new UserCluster()
test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
})
test.after.always(() => cluster.destroy())

const replicas = async () => (await cluster.client.get(Deployment, { namespace: 'hello', name: 'hello' })).spec.replicas

test.serial('a scaled Deployment is healed, and kubectl says by whom', async t => {
  const { code, text } = await cluster.kubectl('scale', 'deployment/hello', '-n', 'hello', '--replicas=5')
  t.is(code, 0, text)
  t.regex(text, /Warning: .*application hello|Warning: .*hello/)
  await cluster.until('the healing', async () => (await replicas()) === 2)
  await cluster.until('two pods', async () => (await cluster.pods('hello', 'hello')).length === 2)
})

test.serial('an edited Deployment is healed too', async t => {
  const editor = join(cluster.root, 'editor.sh')
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/Hello from Pintle/Hello from a person/" "$1"\n', { mode: 0o700 })
  process.env['KUBE_EDITOR'] = editor
  const { code, text } = await cluster.kubectl('edit', 'deployment/hello', '-n', 'hello')
  t.is(code, 0, text)
  t.regex(text, /Warning: .*hello/)
  await cluster.until('the healing', async () => {
    const { spec } = await cluster.client.get(Deployment, { namespace: 'hello', name: 'hello' })
    return spec.template.spec?.containers[0]?.env?.[0]?.value === 'Hello from Pintle'
  })
  await cluster.until('health', () => cluster.allHealthy())
})

test.serial('with drift: hold it is kept and reported', async t => {
  cluster.edit('apps/hello/application.yaml', 'spec:', 'spec:\n  drift: hold')
  await cluster.commit('Keep live edits')
  t.is((await cluster.git('push')).code, 0)
  const { text } = await cluster.kubectl('scale', 'deployment/hello', '-n', 'hello', '--replicas=3')
  t.regex(text, /Warning: .*hello/)
  await cluster.until('the report', async () =>
    /Deployment.*replicas.*admin/.test((await cluster.pintle('status')).out),
  )
  await new Promise(resolve => setTimeout(resolve, 1_500))
  t.is(await replicas(), 3)
})

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-deployment, labels: { app: nginx } }
spec:
  replicas: 3
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: nginx, image: 'nginx:1.7.9', ports: [{ containerPort: 80 }] }] }
`

for (const minor of ['1.27', '1.33']) {
  const found = findKubectl(minor) !== undefined
  const own = found ? test.serial : test.serial.skip
  own(`kubectl ${minor} applies and creates, and says why what has no command cannot run`, async t => {
    const namespace = `people-${minor.replace('.', '-')}`
    const kubectl = (...args: string[]) => cluster.kubectlOf(minor, ...args)
    const file = join(cluster.root, 'nginx.yaml')
    writeFileSync(file, MANIFEST)
    t.regex((await kubectl('create', 'ns', namespace)).text, /^namespace\/\S+ created\n$/)
    t.regex((await kubectl('apply', '-n', namespace, '-f', file)).text, /nginx-deployment created\n$/)
    t.regex((await kubectl('apply', '-n', namespace, '-f', file)).text, /nginx-deployment unchanged\n$/)
    const server = await kubectl('apply', '--server-side', '--force-conflicts', '-n', namespace, '-f', file)
    t.regex(server.text, /nginx-deployment serverside-applied\n/)
    t.regex((await kubectl('create', 'configmap', 'words', '-n', namespace, '--from-literal=a=b')).text, /created\n$/)
    t.regex(
      (await kubectl('create', 'deployment', 'sleeper', '-n', namespace, '--image=any', '--', 'sleep', '1000')).text,
      /created\n$/,
    )
    t.is(
      (await kubectl('wait', '-n', namespace, 'deployment/sleeper', '--for=condition=Available', '--timeout=20s')).code,
      0,
    )
    await cluster.until(
      'the reason',
      async () =>
        (await kubectl('get', 'pods', '-n', namespace)).out.match(/nginx\S+\s+0\/1\s+CreateContainerError/g)?.length ===
        3,
    )
    const described = (await kubectl('describe', 'pods', '-n', namespace, '-l', 'app=nginx')).out
    t.regex(described, /Reason:\s+CreateContainerError/)
    t.regex(described, /Warning\s+Failed.*this node has no images: set command/)
    t.is((await kubectl('delete', 'ns', namespace)).code, 0)
  })
}
