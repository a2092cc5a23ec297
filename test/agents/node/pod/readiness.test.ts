import test from 'ava'
import { ConfigMap } from '../../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { createPod, FakeNode, ScriptedProber } from '../test-node.ts'

const key = { namespace: 'default', name: 'web' }
const ready = async (node: FakeNode) => (await node.pod('web'))?.status?.conditions?.find(each => each.type === 'Ready')

test('readiness gates: the pod is ready when somebody says so, and not when he says otherwise', async t => {
  const node = await FakeNode.start()
  const type = 'example.com/warm'
  await createPod(node.admin, 'web', { readinessGates: [{ conditionType: type }] })
  const running = await node.phase('web', 'Running')
  const gated = running.status?.conditions?.find(each => each.type === 'Ready')
  t.is(gated?.reason, 'ReadinessGatesNotReady')
  t.is(gated?.message, `corresponding condition of pod readiness gate "${type}" does not exist or is not True.`)
  t.is(running.status?.conditions?.find(each => each.type === 'ContainersReady')?.status, 'True')
  const say = async (status: string) => {
    const pod = (await node.pod('web'))!
    const conditions = [...(pod.status?.conditions ?? []).filter(each => each.type !== type), { type, status }]
    await node.admin.update(Pod, { ...pod, status: { ...pod.status, conditions } } as typeof pod, {
      subresource: 'status',
    })
  }
  await say('True')
  await node.until(async () => (await ready(node))?.status === 'True')
  await say('False')
  await node.until(async () => (await ready(node))?.status === 'False')
  const kept = (await node.pod('web'))?.status?.conditions?.find(each => each.type === type)
  t.is(kept?.status, 'False', "another's condition is kept")
  await node.close()
})

test('until the startup probe succeeds, nothing else is asked and the container is not started', async t => {
  const prober = new ScriptedProber(question => !question.includes('up'))
  const node = await FakeNode.start(prober)
  const probe = (command: string) => ({ exec: { command: [command] }, periodSeconds: 1, failureThreshold: 20 })
  const container = {
    name: 'app',
    image: 'fake',
    startupProbe: probe('up'),
    livenessProbe: probe('alive'),
    readinessProbe: probe('ready'),
  }
  await createPod(node.admin, 'web', { containers: [container] })
  await node.until(async () => prober.asked.length >= 5)
  t.deepEqual([...new Set(prober.asked)], ['app exec up'])
  t.is((await node.pod('web'))?.status?.containerStatuses?.[0]?.started, false)
  prober.answer = () => true
  await node.until(async () => (await ready(node))?.status === 'True')
  const asked = prober.asked.length
  await node.clock.advance(5_000)
  t.false(prober.asked.slice(asked).includes('app exec up'), 'once it has succeeded it is not asked again')
  await node.close()
})

test('a startup probe that never succeeds restarts the container', async t => {
  const node = await FakeNode.start(new ScriptedProber(() => false))
  const startupProbe = { exec: { command: ['up'] }, periodSeconds: 1, failureThreshold: 3 }
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'fake', startupProbe }] })
  await node.until(async () => node.running().includes('app.1'))
  t.pass()
  await node.close()
})

test('a ready pod that fails its probe is unready after the threshold, and ready again at once', async t => {
  const prober = new ScriptedProber()
  const node = await FakeNode.start(prober)
  const readinessProbe = { exec: { command: ['ready'] }, periodSeconds: 1, failureThreshold: 3 }
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'fake', readinessProbe }] })
  await node.until(async () => (await ready(node))?.status === 'True')
  prober.answer = () => false
  const asked = prober.asked.length
  await node.until(async () => (await ready(node))?.status === 'False')
  t.is(prober.asked.length - asked, 3)
  prober.answer = () => true
  await node.until(async () => (await ready(node))?.status === 'True')
  t.deepEqual(node.running(), ['app.0'])
  await node.close()
})

test('an adopted container keeps its readiness until its probe says otherwise', async t => {
  const prober = new ScriptedProber()
  const node = await FakeNode.start(prober)
  const readinessProbe = { exec: { command: ['ready'] }, periodSeconds: 5 }
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'fake', readinessProbe }] })
  await node.until(async () => (await ready(node))?.status === 'True')
  await node.agent.stop(true)
  prober.answer = () => new Promise(() => {})
  await node.startAgent()
  await node.clock.advance(3_000)
  t.is((await ready(node))?.status, 'True')
  await node.close()
})

test('what a missing ConfigMap held up goes on as soon as it is there', async t => {
  const node = await FakeNode.start()
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'k' } } }]
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'fake', env }] })
  await node.until(async () => {
    const waiting = (await node.pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting
    return waiting?.reason === 'CreateContainerConfigError'
  })
  await node.admin.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'late' },
    data: { k: 'v' },
  })
  const startMs = node.clock.now()
  await node.phase('web', 'Running')
  t.true(node.clock.now() - startMs < 1_000)
  const { config } = node.machine.containers.get(node.idOf('app'))!
  t.deepEqual(
    config.env.find(each => each.name === 'A'),
    { name: 'A', value: 'v' },
  )
  await node.close()
})

test('a pod whose volume cannot be had can be deleted', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {
    containers: [{ name: 'app', image: 'fake', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', secret: { secretName: 'nowhere' } }],
  })
  await node.clock.advance(5_000)
  t.is((await node.pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'ContainerCreating')
  await node.admin.delete(Pod, key)
  await node.gone('web')
  t.is(node.machine.sandboxes.size, 0)
  await node.close()
})
