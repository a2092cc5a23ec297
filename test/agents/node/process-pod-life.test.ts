import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { stopLeftPods } from '../../../agents/stop-left-pods.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { createPod, RealNode } from './test-node.ts'

/** What can only be seen on real processes. */
const key = { namespace: 'default', name: 'web' }
const shell = (script: string, more = {}) => ({ name: 'app', image: 'none', command: ['sh', '-c', script], ...more })
const forever = 'trap "exit 0" TERM; while :; do sleep 0.1; done'

async function start(t: { teardown(fn: () => Promise<void>): void }) {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  return node
}

function execIn(node: RealNode, uid: string, container = 'app') {
  return async (...command: string[]) => {
    const limits = { timeoutMs: 5_000, outputBytesMax: 10_000 }
    const { stdout } = await node.agent.driver.exec(`${uid}.${container}.0`, command, limits)
    return new TextDecoder().decode(stdout)
  }
}

test.serial('hooks: postStart before running, preStop before the signal, seen in a shared volume', async t => {
  const node = await start(t)
  if (!node.agent.runtime?.mountsVolumes) return void t.pass('this machine permits no mounts')
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }]
  const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } })
  await createPod(node.admin, 'web', {
    terminationGracePeriodSeconds: 5,
    containers: [
      shell('trap "echo signal >> /shared/order; exit 0" TERM; while :; do sleep 0.1; done', {
        volumeMounts,
        lifecycle: { postStart: exec('echo start >> /shared/order'), preStop: exec('echo stop >> /shared/order') },
      }),
    ],
    initContainers: [
      {
        name: 'witness',
        image: 'none',
        restartPolicy: 'Always',
        volumeMounts,
        command: ['sh', '-c', 'trap "cat /shared/order; exit 0" TERM; while :; do sleep 0.1; done'],
      },
    ],
    volumes: [{ name: 'shared', emptyDir: {} }],
  })
  const { metadata } = await node.phase('web', 'Running')
  const lines: string[] = []
  const log = (async () => {
    const follow = node.agent.driver.logs(`${metadata.uid}.witness.0`, { follow: true }, new AbortController().signal)
    for await (const line of follow) lines.push(new TextDecoder().decode(line.bytes))
  })()
  await node.admin.delete(Pod, key)
  await node.until(async () => (await node.pod('web')) === undefined)
  await log
  t.deepEqual(lines, ['start', 'stop', 'signal'], 'the sidecar ended last, and saw it all')
})

test.serial('a termination message from its file; subPathExpr; binary data; live labels', async t => {
  const node = await start(t)
  if (!node.agent.runtime?.mountsVolumes) return void t.pass('this machine permits no mounts')
  await node.admin.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'bytes' },
    binaryData: { 'b.bin': 'AAH/' },
  })
  const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
  await createPod(node.admin, 'web', {
    restartPolicy: 'Never',
    containers: [
      shell(
        'echo own > /data/file; while [ ! -e /data/end ]; do sleep 0.1; done; printf "last word" > /dev/termination-log; exit 3',
        {
          env,
          volumeMounts: [
            { name: 'data', mountPath: '/data', subPathExpr: 'of-$(POD)' },
            { name: 'data', mountPath: '/whole' },
            { name: 'all', mountPath: '/all' },
          ],
        },
      ),
    ],
    volumes: [
      { name: 'data', emptyDir: {} },
      {
        name: 'all',
        projected: {
          sources: [
            { configMap: { name: 'bytes' } },
            { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          ],
        },
      },
    ],
  })
  const pod = await node.phase('web', 'Running')
  const exec = execIn(node, pod.metadata.uid!)
  await node.until(async () => (await exec('cat', '/whole/of-web/file')) === 'own\n')
  t.is((await exec('od', '-An', '-tx1', '/all/b.bin')).trim(), '00 01 ff')
  t.is(await exec('cat', '/all/labels'), '')
  await node.admin.patch(Pod, key, { type: 'merge', body: { metadata: { labels: { color: 'blue' } } } })
  await node.until(async () => (await exec('cat', '/all/labels')) === 'color="blue"')
  await exec('touch', '/data/end')
  const failed = await node.phase('web', 'Failed')
  const end = failed.status?.containerStatuses?.[0]?.state?.terminated
  t.is(end?.exitCode, 3)
  t.is(end?.message, 'last word')
})

test.serial('a liveness probe that fails restarts the process, and the log before it stays', async t => {
  const node = await start(t)
  const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1 }
  await createPod(node.admin, 'web', {
    terminationGracePeriodSeconds: 1,
    containers: [shell(`echo first words; ${forever}`, { livenessProbe })],
  })
  await node.until(async () => (await node.pod('web'))?.status?.containerStatuses?.[0]?.restartCount === 1)
  t.regex(await node.logs('web', 'app', 0), /^first words$/)
  const status = (await node.pod('web'))?.status?.containerStatuses?.[0]
  t.is(status?.lastState?.terminated?.exitCode, 0)
})

test.serial('pods that a killed agent left are ended from outside, with their hooks', async t => {
  const node = await start(t)
  const mark = join(node.directory, 'hook')
  const isPlain = node.agent.runtime?.mountsVolumes === false
  const target = isPlain ? mark : '/out/hook'
  await createPod(node.admin, 'web', {
    terminationGracePeriodSeconds: 5,
    containers: [
      shell(forever, {
        lifecycle: { preStop: { exec: { command: ['sh', '-c', `echo done > ${target}`] } } },
        ...(!isPlain && { volumeMounts: [{ name: 'out', mountPath: '/out' }] }),
      }),
    ],
    ...(!isPlain && { volumes: [{ name: 'out', hostPath: { path: node.directory } }] }),
  })
  await node.phase('web', 'Running')
  await node.agent.stop(true)
  t.true(await stopLeftPods(node.directory))
  t.is(readFileSync(mark, 'utf8'), 'done\n')
  t.false(await stopLeftPods(node.directory), 'nothing is left')
  t.false(existsSync(join(node.directory, 'secrets')))
  await node.startAgent()
})
