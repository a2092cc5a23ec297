import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { closeMemoryDirectory, openMemoryDirectory } from '../../../agents/host/memory-directory.ts'
import { linkNameOf } from '../../../agents/host/pod-link.ts'
import { listProcesses } from '../../../agents/host/process-tree.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import { createPod, RealNode } from './test-node.ts'

const key = { namespace: 'default', name: 'web' }
const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & while :; do sleep 0.1; done']

/** Everything of this node that is on the machine: processes, mounts, links, files. */
function traces(node: RealNode, uid: string): string[] {
  const processes = listProcesses().filter(({ pid }) => readProc(pid, 'cmdline').includes(node.directory))
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(line => line.includes(uid))
  const directories = ['process/sandboxes', 'volumes', 'secrets/containers', 'secrets/volumes']
  const files = directories.flatMap(each => {
    const path = join(node.directory, each)
    return existsSync(path) ? readdirSync(path).map(name => join(each, name)) : []
  })
  const link = existsSync(`/sys/class/net/${linkNameOf(uid)}`) ? [linkNameOf(uid)] : []
  return [...processes.map(each => readProc(each.pid, 'cmdline')), ...mounts, ...files, ...link]
}

const readProc = (pid: number, name: string) => readText(`/proc/${pid}/${name}`)

/** Empty for what cannot be read: it is gone, or no file of the usual kind. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function runPod(node: RealNode) {
  await node.admin.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'default', name: 'keys' },
    data: { token: Buffer.from('very-s3cret').toString('base64') },
  })
  const mounts = node.agent.runtime?.mountsVolumes
  await createPod(node.admin, 'web', {
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'app',
        image: 'none',
        command,
        env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }],
        ...(mounts && {
          volumeMounts: [
            { name: 'memory', mountPath: '/memory' },
            { name: 'keys', mountPath: '/keys' },
          ],
        }),
      },
    ],
    ...(mounts && {
      volumes: [
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        { name: 'keys', secret: { secretName: 'keys' } },
      ],
    }),
  })
  return node.phase('web', 'Running')
}

const deleted = async (node: RealNode) => {
  await node.admin.delete(Pod, key)
  await node.until(async () => (await node.pod('web')) === undefined)
}

for (const isolation of ['auto', 'user-namespace', 'plain'] as const) {
  test.serial(`${isolation}: nothing of a deleted pod is left`, async t => {
    const node = await RealNode.start(isolation).catch(() => undefined)
    if (node === undefined) {
      t.pass(`${isolation} is not possible here`)
      return
    }
    t.teardown(() => node.close())
    const { metadata } = await runPod(node)
    t.true(traces(node, metadata.uid!).length > 0)
    await deleted(node)
    t.deepEqual(traces(node, metadata.uid!), [])
  })

  test.serial(`${isolation}: nor of one that went while no agent ran`, async t => {
    const node = await RealNode.start(isolation).catch(() => undefined)
    if (node === undefined) {
      t.pass(`${isolation} is not possible here`)
      return
    }
    t.teardown(() => node.close())
    const { metadata } = await runPod(node)
    await node.agent.stop(true)
    await node.admin.delete(Pod, key, { gracePeriodSeconds: 0 })
    await node.startAgent()
    await node.until(async () => traces(node, metadata.uid!).length === 0)
    t.deepEqual(traces(node, metadata.uid!), [])
  })
}

test.serial('after a restart of the machine the dead sandbox goes and the pod runs in a new one', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  const { metadata } = await runPod(node)
  const before = (await node.agent.driver.listContainers())[0]
  await node.agent.stop(true)
  // What the driver would find: the records of another boot, and none of the processes.
  await node.killEverything()
  node.pretendOtherBoot()
  await node.startAgent()
  const status = await node.until(async () => {
    const each = (await node.pod('web'))?.status?.containerStatuses?.[0]
    return each?.restartCount === 1 && each.state?.running && each
  })
  t.truthy(status)
  const now = (await node.agent.driver.listContainers()).map(each => each.id)
  t.deepEqual(now, [`${metadata.uid}.app.1`])
  t.is(before?.attempt, 0)
  await deleted(node)
  t.deepEqual(traces(node, metadata.uid!), [])
})

test.serial('what an agent left half made, or half removed, is cleared at the next start', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  await node.agent.stop(true)
  const sandboxes = join(node.directory, 'process', 'sandboxes')
  mkdirSync(join(sandboxes, 'half-made', 'containers', 'app.0'), { recursive: true })
  mkdirSync(join(sandboxes, 'power-cut'), { recursive: true })
  writeFileSync(join(sandboxes, 'power-cut', 'sandbox.json'), '')
  mkdirSync(join(node.directory, 'volumes', 'of-nobody', 'v'), { recursive: true })
  mkdirSync(join(node.directory, 'secrets', 'containers', 'of-nobody'), { recursive: true })
  await node.startAgent()
  await node.until(async () => traces(node, 'none').length === 0)
  t.deepEqual(traces(node, 'none'), [])
})

test.serial('with the secret directory in memory, no value of a Secret is in a file on the disk', async t => {
  const node = await RealNode.start()
  t.teardown(() => node.close())
  await node.agent.stop(true)
  const secrets = join(node.directory, 'secrets')
  const isInMemory = await openMemoryDirectory(secrets)
  t.teardown(() => closeMemoryDirectory(secrets))
  await node.startAgent()
  await runPod(node)
  const held = filesWith(node.directory, 'very-s3cret').concat(filesWith(node.directory, 'dmVyeS1zM2NyZXQ'))
  t.true(held.length > 0)
  if (isInMemory)
    t.deepEqual(
      held.filter(each => !each.startsWith(`${secrets}/`)),
      [],
    )
  const { stdout } = await node.agent.driver.exec(
    `${(await node.pod('web'))!.metadata.uid}.app.0`,
    ['sh', '-c', 'echo $TOKEN'],
    { timeoutMs: 5_000, outputBytesMax: 100 },
  )
  t.is(new TextDecoder().decode(stdout), 'very-s3cret\n')
  await deleted(node)
  t.deepEqual(filesWith(node.directory, 'very-s3cret'), [])
})

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(each => join(each.parentPath, each.name))
    .filter(path => readText(path).includes(text))
}
