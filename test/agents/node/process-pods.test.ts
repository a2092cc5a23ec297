import { createServer } from 'node:http'
import test from 'ava'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import { whyNoIsolation } from '../../conformance/runtime/process-driver-under-test.ts'
import { skipUnless } from '../../skip-unless.ts'
import { createPod, RealNode } from './test-node.ts'

/** Pods as processes of this machine, with the best isolation that it permits. */
const whyNoMounts = (await whyNoIsolation('overlay')) && (await whyNoIsolation('user-namespace'))

skipUnless(test, whyNoMounts)('environment, volumes, live updates, logs, exec probes and the end', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  const { client } = { client: node.admin }
  const metadata = (name: string) => ({ namespace: 'default', name })
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('settings'),
    data: { GREETING: 'hello', 'page.txt': 'one\n' },
  })
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('keys'),
    data: { token: Buffer.from('s3cret').toString('base64') },
  })
  const script =
    'echo "$WHO $EXPANDED $(cat /keys/token) $(cat /etc/config/page.txt) $(cat /etc/podinfo/labels)"; touch /scratch/ready; trap "echo bye; exit 0" TERM; while :; do sleep 0.1; done'
  await createPod(client, 'web', {
    containers: [
      {
        name: 'app',
        image: 'none',
        command: ['sh', '-c', script],
        env: [
          { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'settings', key: 'GREETING' } } },
          { name: 'WHO', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'EXPANDED', value: '$(GREETING)-$(UNKNOWN)-$$(GREETING)' },
        ],
        volumeMounts: [
          { name: 'config', mountPath: '/etc/config' },
          { name: 'keys', mountPath: '/keys', readOnly: true },
          { name: 'info', mountPath: '/etc/podinfo' },
          { name: 'scratch', mountPath: '/scratch' },
          { name: 'config', mountPath: '/frozen.txt', subPath: 'page.txt' },
        ],
        readinessProbe: { exec: { command: ['cat', '/scratch/ready'] }, periodSeconds: 1 },
        lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo stopping > /scratch/stopping'] } } },
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'settings' } },
      { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
      { name: 'info', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      { name: 'scratch', emptyDir: {} },
    ],
  })
  await node.until(async () => (await node.pod('web'))?.status?.containerStatuses?.[0]?.ready)
  t.is(await node.logs('web'), 'web hello-$(UNKNOWN)-$(GREETING) s3cret one default')
  const pod = (await node.pod('web'))!
  const id = `${pod.metadata.uid}.app.0`
  const read = async (path: string) => {
    const result = await node.agent.driver.exec(id, ['cat', path], { timeoutMs: 5_000, outputBytesMax: 1_000 })
    return new TextDecoder().decode(result.stdout)
  }
  const settings = await client.get(ConfigMap, metadata('settings'))
  await client.update(ConfigMap, { ...settings, data: { ...settings.data, 'page.txt': 'two\n' } })
  await node.until(async () => (await read('/etc/config/page.txt')) === 'two\n')
  t.is(await read('/frozen.txt'), 'one\n', 'a subPath is frozen')
  await client.delete(Pod, metadata('web'))
  await node.until(async () => (await node.pod('web')) === undefined)
  t.deepEqual(await node.agent.driver.listSandboxes(), [])
})

test.serial('a web server answers on its own address, is probed there, and survives its agent', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  const script = 'require("http").createServer((q, s) => s.end("pid " + process.pid)).listen(8080, process.env.POD_IP)'
  await createPod(node.admin, 'server', {
    containers: [
      {
        name: 'app',
        image: 'none',
        command: ['node', '-e', script],
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
        livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
      },
    ],
  })
  await node.until(async () => (await node.pod('server'))?.status?.containerStatuses?.[0]?.ready)
  const { status } = (await node.pod('server'))!
  const ask = async () => (await fetch(`http://${status?.podIP}:8080/`)).text()
  const before = await ask()
  t.regex(before, /^pid \d+$/)
  await node.agent.stop(true)
  t.is(await ask(), before, 'it goes on without an agent')
  await node.startAgent()
  await node.until(async () => (await node.agent.driver.listContainers())[0]?.state === 'running')
  t.is(await ask(), before)
  t.is((await node.pod('server'))?.status?.containerStatuses?.[0]?.restartCount, 0)
})

test.serial('a crash tells its exit code, its last lines, and is restarted', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  const command = ['sh', '-c', 'echo going down >&2; exit 7']
  await createPod(node.admin, 'crash', {
    containers: [{ name: 'app', image: 'none', command, terminationMessagePolicy: 'FallbackToLogsOnError' }],
  })
  const status = await node.until(async () => {
    const each = (await node.pod('crash'))?.status?.containerStatuses?.[0]
    return each?.state?.waiting?.reason === 'CrashLoopBackOff' && each
  })
  t.is(status.restartCount, 1)
  t.is(status.lastState?.terminated?.exitCode, 7)
  t.is(status.lastState?.terminated?.message, 'going down\n')
})

test.serial('without a command, and with one that does not exist, the pod says why', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  await createPod(node.admin, 'image', { containers: [{ name: 'app', image: 'nginx:1.7.9' }] })
  await createPod(node.admin, 'wrong', { containers: [{ name: 'app', image: 'none', command: ['/no/such/program'] }] })
  const waiting = await node.until(async () => {
    const each = (await node.pod('image'))?.status?.containerStatuses?.[0]?.state?.waiting
    return each?.reason !== 'ContainerCreating' && each
  })
  t.is(waiting.reason, 'CreateContainerError')
  t.is(waiting.message, 'this node has no images: set command')
  const wrong = await node.until(async () => {
    const each = (await node.pod('wrong'))?.status?.containerStatuses?.[0]
    return each?.lastState?.terminated && each
  })
  t.is(wrong.lastState?.terminated?.exitCode, 128)
  t.is(wrong.lastState?.terminated?.reason, 'StartError')
  t.regex(wrong.lastState?.terminated?.message ?? '', /executable file not found/)
})

test.serial('plain processes: no mounts, said by name; the rest works', async t => {
  const node = await RealNode.start('plain')
  t.teardown(() => node.close())
  await createPod(node.admin, 'mounts', {
    containers: [{ name: 'app', image: 'none', command: ['true'], volumeMounts: [{ name: 'v', mountPath: '/data' }] }],
    volumes: [{ name: 'v', emptyDir: {} }],
  })
  const server = createServer((_, response) => response.end('ok'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  await createPod(node.admin, 'ok', {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'app',
        image: 'none',
        command: ['sh', '-c', 'echo $POD_IP'],
        env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
      },
    ],
  })
  const done = await node.phase('ok', 'Succeeded')
  t.regex(done.status?.podIP ?? '', /^127\.97\./)
  t.is(await node.logs('ok'), done.status?.podIP ?? '')
  const waiting = await node.until(async () => {
    const each = (await node.pod('mounts'))?.status?.containerStatuses?.[0]?.state?.waiting
    return each?.reason === 'CreateContainerError' && each
  })
  t.regex(waiting.message ?? '', /mountPath \/data/)
})

test.serial('a pod with a PATH of its own runs, and is probed', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  const readinessProbe = { exec: { command: ['/bin/true'] }, periodSeconds: 1 }
  const env = [
    { name: 'PATH', value: '/nowhere' },
    { name: 'a.b', value: "it's" },
  ]
  const command = ['/bin/sh', '-c', '/usr/bin/env; exec /bin/sleep 1000']
  await createPod(node.admin, 'path', { containers: [{ name: 'app', image: 'none', command, env, readinessProbe }] })
  await node.until(async () => (await node.pod('path'))?.status?.containerStatuses?.[0]?.ready)
  // The probe may be faster than the command.
  t.regex(
    await node.until(async () => (await node.logs('path')).includes('PATH') && node.logs('path')),
    /^PATH=\/nowhere$/m,
  )
})
