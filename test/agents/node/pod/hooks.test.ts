import test from 'ava'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { createPod, eventReasons, FakeNode, ScriptedProber } from '../test-node.ts'

const withHooks = (lifecycle: object, more = {}) => ({
  containers: [{ name: 'app', image: 'fake', ports: [{ name: 'http', containerPort: 8080 }], lifecycle, ...more }],
})
const key = { namespace: 'default', name: 'web' }

test('a container is not running before its postStart hook is done', async t => {
  let finish = (_: boolean) => {}
  const prober = new ScriptedProber(() => new Promise(resolve => (finish = resolve)))
  const node = await FakeNode.start(prober)
  await createPod(node.admin, 'web', withHooks({ postStart: { httpGet: { path: '/warm', port: 'http' } } }))
  await node.until(async () => prober.asked.length === 1)
  await node.clock.advance(5_000)
  const status = (await node.pod('web'))?.status
  t.is(status?.containerStatuses?.[0]?.state?.waiting?.reason, 'ContainerCreating')
  t.is(prober.asked[0], `app http ${status?.podIP}:8080/warm`)
  finish(true)
  await node.phase('web', 'Running')
  await node.close()
})

test('a pod whose postStart hook hangs can be deleted', async t => {
  const prober = new ScriptedProber(question => (question.includes('hang') ? new Promise(() => {}) : true))
  const node = await FakeNode.start(prober)
  await createPod(node.admin, 'web', withHooks({ postStart: { exec: { command: ['hang'] } } }))
  await node.until(async () => prober.asked.length === 1)
  await node.admin.delete(Pod, key)
  await node.gone('web')
  t.is(node.machine.sandboxes.size, 0)
  await node.close()
})

test('a postStart hook that hangs does not keep other pods from starting', async t => {
  const prober = new ScriptedProber(() => new Promise(() => {}))
  const node = await FakeNode.start(prober)
  for (let at = 0; at < 8; at++) {
    await createPod(node.admin, `hangs-${at}`, withHooks({ postStart: { exec: { command: ['hang'] } } }))
  }
  await createPod(node.admin, 'web', {})
  await node.phase('web', 'Running')
  t.is(node.running().length, 9)
  await node.close()
})

test('a failed postStart hook kills the container, which is started again', async t => {
  const prober = new ScriptedProber(() => prober.asked.length > 1)
  const node = await FakeNode.start(prober)
  await createPod(node.admin, 'web', withHooks({ postStart: { exec: { command: ['warm'] } } }))
  const running = await node.phase('web', 'Running')
  t.is(running.status?.containerStatuses?.[0]?.restartCount, 1)
  t.true((await eventReasons(node.admin)).includes('FailedPostStartHook'))
  await node.close()
})

test('preStop runs before the signal, and its time counts', async t => {
  const node = await FakeNode.start()
  const spec = { terminationGracePeriodSeconds: 10, ...withHooks({ preStop: { sleep: { seconds: 4 } } }) }
  await createPod(node.admin, 'web', spec, { 'fake.pintle.dev/stop-ms': '60000' })
  await node.phase('web', 'Running')
  const startMs = node.clock.now()
  await node.admin.delete(Pod, key)
  await node.gone('web')
  const passedMs = node.clock.now() - startMs
  t.true(passedMs >= 10_000 && passedMs < 11_500, String(passedMs))
  await node.close()
})

test('preStop of a container that its liveness probe ends, and once only', async t => {
  const prober = new ScriptedProber(question => !question.includes('alive'))
  const node = await FakeNode.start(prober)
  const livenessProbe = { exec: { command: ['alive'] }, periodSeconds: 1, failureThreshold: 2 }
  await createPod(node.admin, 'web', withHooks({ preStop: { exec: { command: ['drain'] } } }, { livenessProbe }))
  await node.until(async () => node.running().includes('app.1'))
  t.is(prober.asked.filter(each => each === 'app exec drain').length, 1)
  await node.close()
})

test('a preStop hook that fails is told, and the container ends all the same', async t => {
  const node = await FakeNode.start(new ScriptedProber(() => false))
  await createPod(node.admin, 'web', withHooks({ preStop: { exec: { command: ['drain'] } } }))
  await node.phase('web', 'Running')
  await node.admin.delete(Pod, key)
  await node.gone('web')
  t.true((await eventReasons(node.admin)).includes('FailedPreStopHook'))
  await node.close()
})

test('deleted by force, a pod is gone from the server at once; its processes still end decently', async t => {
  const prober = new ScriptedProber()
  const node = await FakeNode.start(prober)
  await createPod(node.admin, 'web', withHooks({ preStop: { exec: { command: ['drain'] } } }))
  await node.phase('web', 'Running')
  await node.admin.delete(Pod, key, { gracePeriodSeconds: 0 })
  await node.until(async () => node.machine.sandboxes.size === 0)
  t.deepEqual(
    prober.asked.filter(each => each.includes('drain')),
    ['app exec drain'],
  )
  await node.close()
})

test('a node that stops runs preStop hooks, then ends the main container before the sidecar', async t => {
  const prober = new ScriptedProber()
  const node = await FakeNode.start(prober)
  const lifecycle = { preStop: { exec: { command: ['drain'] } } }
  await createPod(node.admin, 'web', {
    ...withHooks(lifecycle),
    initContainers: [{ name: 'proxy', image: 'fake', restartPolicy: 'Always', lifecycle }],
  })
  await node.phase('web', 'Running')
  await node.agent.stop(false)
  t.deepEqual(prober.asked, ['app exec drain', 'proxy exec drain'])
  t.is(node.machine.sandboxes.size, 0)
  t.is(node.files.volumes.size, 0)
  node.server.close()
})
