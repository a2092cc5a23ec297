import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { TestEngine, whyNoEngine } from '../docker-engine.ts'
import { skipUnless } from '../skip-unless.ts'
import { UserCluster } from './cluster.ts'

/** The main job on a real Docker engine, and what happens when the engine dies. */

const IMAGE = 'busybox:test'
const why = whyNoEngine()
const scenario = skipUnless(test, why)
const engine = new TestEngine()
const cluster = new UserCluster()

if (why === undefined) {
  test.before(async () => {
    await engine.start()
    engine.importBusybox(IMAGE)
    process.env['DOCKER_HOST'] = `unix://${engine.socketPath}`
    await cluster.up('--runtime', 'docker')
    await cluster.cloneRepository()
  })
  test.after.always(async () => {
    await cluster.destroy()
    await engine.stop()
  })
}

const PAGE = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: hello }
spec:
  replicas: 3
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${IMAGE}
          command: [sh, -c, 'mkdir /tmp/www && hostname > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www']
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
          resources: { limits: { memory: 32Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec:
  selector: { app: hello }
  ports: [{ port: 8080 }]
`

scenario('a push runs on the engine, each pod with an address of its own behind one cluster IP', async t => {
  mkdirSync(join(cluster.clone, 'apps/hello'), { recursive: true })
  cluster.write('apps/hello/deployment.yaml', PAGE)
  await cluster.commit('Serve a page from busybox')
  const { text } = await cluster.git('push', 'origin', 'HEAD:main')
  t.regex(text, /hello: Healthy after/)
  const pods = await cluster.pods('hello', 'hello')
  t.is(new Set(pods.map(pod => pod.status?.podIP)).size, 3)
  const address = await cluster.serviceAddress('hello', 'hello')
  const answers = new Set<string>()
  for (let asked = 0; asked < 60 && answers.size < 3; asked++) answers.add((await (await fetch(address)).text()).trim())
  t.deepEqual([...answers].sort(), pods.map(pod => pod.metadata.name).sort())
})

scenario('pods find services by name', async t => {
  const [pod] = await cluster.pods('hello', 'hello')
  const id = pod!.status!.containerStatuses![0]!.containerID!.replace('docker://', '')
  const inside = (command: string) => engine.docker('exec', id, 'sh', '-c', `${command} 2>&1 || true`)
  t.regex(inside('wget -qO- http://hello:8080/'), /^hello-/)
  t.regex(inside('wget -qO- http://hello.hello.svc.cluster.local:8080/'), /^hello-/)
  t.regex(inside('nslookup -type=a nothing.hello.svc.cluster.local'), /NXDOMAIN/)
})

scenario('what the engine or a registry refuses stands in the pod', async t => {
  const manifest = (name: string, image: string, policy: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'main', image, imagePullPolicy: policy }] },
    })
  const wanted = { never: 'ErrImageNeverPull', pull: 'ErrImagePull|ImagePullBackOff', name: 'InvalidImageName' }
  cluster.write('never.json', manifest('never', 'nowhere:1', 'Never'))
  cluster.write('pull.json', manifest('pull', '127.0.0.1:1/nothing:1', 'Always'))
  cluster.write('name.json', manifest('name', 'NOT//a-name', 'IfNotPresent'))
  for (const [name, reason] of Object.entries(wanted)) {
    await cluster.kubectl('apply', '-f', `${cluster.clone}/${name}.json`)
    await cluster.until(`${name} to say why`, async () =>
      new RegExp(reason).test((await cluster.kubectl('get', 'pod', name)).out),
    )
  }
  t.regex((await cluster.kubectl('describe', 'pod', 'pull')).out, /connection refused/)
})

scenario('running pods outlive an engine that is killed, and are followed again when it is back', async t => {
  const ids = () => engine.docker('ps', '-q', '--no-trunc').split('\n').filter(Boolean).sort()
  const before = ids()
  await engine.kill()
  const address = await cluster.serviceAddress('hello', 'hello')
  t.is((await fetch(address)).status, 200)
  await engine.start('--live-restore')
  t.deepEqual(ids(), before)
  const [pod] = await cluster.pods('hello', 'hello')
  engine.docker('kill', pod!.status!.containerStatuses![0]!.containerID!.replace('docker://', ''))
  await cluster.until('a restart', async () => {
    const found = (await cluster.pods('hello', 'hello')).find(each => each.metadata.uid === pod!.metadata.uid)
    return (found?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0
  })
  await cluster.until('three that are ready', async () =>
    (await cluster.pods('hello', 'hello')).every(each => each.status?.containerStatuses?.[0]?.ready),
  )
})

scenario('down leaves nothing on the engine', async t => {
  await cluster.end('SIGINT')
  await cluster.pintle('down')
  t.is(engine.docker('ps', '-aq'), '')
})
