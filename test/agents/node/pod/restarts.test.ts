import test from 'ava'
import { podLogs } from '../../../../agents/node/pod-logs.ts'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { createPod, FakeNode, ScriptedProber } from '../test-node.ts'

const status = async (node: FakeNode, name: string) => (await node.pod(name))?.status?.containerStatuses?.[0]

test('OnFailure: a container that fails is started again, one that succeeds is done', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'job', { restartPolicy: 'OnFailure' })
  await node.phase('job', 'Running')
  node.machine.end(node.idOf('app'), 2)
  await node.until(async () => node.running().includes('app.1'))
  t.is((await status(node, 'job'))?.lastState?.terminated?.exitCode, 2)
  node.machine.end(node.idOf('app'), 0)
  const done = await node.phase('job', 'Succeeded')
  t.is(done.status?.containerStatuses?.[0]?.restartCount, 1)
  t.is(done.status?.containerStatuses?.[0]?.state?.terminated?.reason, 'Completed')
  await node.close()
})

test('Never: the phase is told when the last container has ended, Failed if any failed', async t => {
  const node = await FakeNode.start()
  const containers = ['one', 'two'].map(name => ({ name, image: 'fake' }))
  await createPod(node.admin, 'job', { restartPolicy: 'Never', containers })
  await node.phase('job', 'Running')
  node.machine.end(node.idOf('one'), 1)
  await node.clock.advance(5_000)
  const half = await node.pod('job')
  t.is(half?.status?.phase, 'Running')
  t.is(half?.status?.conditions?.find(each => each.type === 'Ready')?.message, 'containers with unready status: [one]')
  node.machine.end(node.idOf('two'), 0)
  await node.phase('job', 'Failed')
  await node.clock.advance(60_000)
  t.deepEqual(node.running(), [])
  t.is(node.machine.containers.size, 2, 'logs stay while the object does')
  await node.admin.delete(Pod, { namespace: 'default', name: 'job' })
  await node.gone('job')
  await node.until(async () => node.machine.sandboxes.size === 0)
  await node.close()
})

test('a failed init container is run again until it succeeds, and the main one waits', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', { initContainers: [{ name: 'setup', image: 'fake' }] })
  await node.until(async () => node.running().includes('setup.0'))
  node.machine.end(node.idOf('setup'), 1)
  await node.until(async () => node.running().includes('setup.1'))
  node.machine.end(node.idOf('setup'), 1)
  const waiting = await node.until(async () => {
    const each = (await node.pod('web'))?.status
    return each?.initContainerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff' && each
  })
  t.is(waiting.phase, 'Pending')
  t.is(waiting.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing')
  await node.until(async () => node.running().includes('setup.2'))
  node.machine.end(node.idOf('setup'), 0)
  const running = await node.phase('web', 'Running')
  t.is(running.status?.initContainerStatuses?.[0]?.restartCount, 2)
  t.true(running.status?.initContainerStatuses?.[0]?.ready)
  await node.close()
})

test('an init container that is done is not run again when the agent starts again', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', { initContainers: [{ name: 'setup', image: 'fake' }] })
  await node.until(async () => node.running().includes('setup.0'))
  node.machine.end(node.idOf('setup'), 0)
  await node.phase('web', 'Running')
  await node.agent.stop(true)
  await node.startAgent()
  await node.clock.advance(30_000)
  t.deepEqual(node.running(), ['app.0'])
  await node.close()
})

test('a liveness probe that fails on and on ends in CrashLoopBackOff; the logs of the run before are there', async t => {
  const prober = new ScriptedProber(question => !question.includes('alive'))
  const node = await FakeNode.start(prober)
  const livenessProbe = { exec: { command: ['alive'] }, periodSeconds: 1, failureThreshold: 2 }
  await createPod(node.admin, 'web', { containers: [{ name: 'app', image: 'fake', livenessProbe }] })
  await node.phase('web', 'Running')
  node.machine.write(node.idOf('app'), 'first run')
  await node.until(async () => node.running().includes('app.1'))
  node.machine.write(node.idOf('app'), 'second run')
  t.deepEqual(await logs(node, { previous: true }), ['started', 'first run'])
  t.deepEqual(await logs(node, { previous: false }), ['started', 'second run'])
  const waiting = await node.until(async () => {
    const each = await status(node, 'web')
    return each?.state?.waiting?.reason === 'CrashLoopBackOff' && each
  })
  t.is(waiting.lastState?.terminated?.exitCode, 143)
  await node.close()
})

test('logs of a run before there was one are refused in words', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  await node.phase('web', 'Running')
  await t.throwsAsync(logs(node, { previous: true }), {
    message: 'previous terminated container "app" in pod "web" not found',
  })
  await node.close()
})

test('the back-off is forgotten after ten minutes of running', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  await node.phase('web', 'Running')
  for (const attempt of [0, 1, 2]) {
    await node.until(async () => node.running().includes(`app.${attempt}`))
    node.machine.end(node.idOf('app'), 1)
  }
  await node.until(async () => node.running().includes('app.3'))
  await node.clock.advance(601_000)
  node.machine.end(node.idOf('app'), 1)
  const startMs = node.clock.now()
  await node.until(async () => node.running().includes('app.4'))
  t.true(node.clock.now() - startMs < 1_000)
  await node.close()
})

test('activeDeadlineSeconds counts while init containers run, and ends those', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'late', {
    activeDeadlineSeconds: 5,
    restartPolicy: 'Never',
    initContainers: [{ name: 'setup', image: 'fake' }],
  })
  await node.until(async () => node.running().includes('setup.0'))
  const failed = await node.phase('late', 'Failed')
  t.is(failed.status?.reason, 'DeadlineExceeded')
  t.deepEqual(node.running(), [])
  await node.close()
})

test('termination messages: the file, the last lines of the log only on failure, nothing else', async t => {
  const node = await FakeNode.start()
  const fallback = { image: 'fake', terminationMessagePolicy: 'FallbackToLogsOnError' }
  await createPod(node.admin, 'job', {
    restartPolicy: 'Never',
    containers: [
      { name: 'file', image: 'fake' },
      { name: 'plain', image: 'fake' },
      { name: 'fails', ...fallback },
      { name: 'both', ...fallback },
      { name: 'works', ...fallback },
    ],
  })
  await node.phase('job', 'Running')
  for (const name of ['plain', 'fails', 'both', 'works']) node.machine.write(node.idOf(name), `last words of ${name}`)
  node.machine.end(node.idOf('file'), 1, 'written')
  node.machine.end(node.idOf('plain'), 1)
  node.machine.end(node.idOf('fails'), 1)
  node.machine.end(node.idOf('both'), 1, 'written')
  node.machine.end(node.idOf('works'), 0)
  const failed = await node.phase('job', 'Failed')
  const messages = failed.status?.containerStatuses?.map(each => [each.name, each.state?.terminated?.message])
  t.deepEqual(messages, [
    ['file', 'written'],
    ['plain', undefined],
    ['fails', 'started\nlast words of fails\n'],
    ['both', 'written'],
    ['works', undefined],
  ])
  await node.close()
})

test('image reasons: ErrImagePull, then ImagePullBackOff; ErrImageNeverPull', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'pull', { containers: [{ name: 'app', image: 'missing' }] })
  await createPod(node.admin, 'never', { containers: [{ name: 'app', image: 'missing', imagePullPolicy: 'Never' }] })
  const reason = (name: string) => async () => (await status(node, name))?.state?.waiting?.reason
  await node.until(async () => (await reason('pull')()) === 'ErrImagePull')
  await node.until(async () => (await reason('pull')()) === 'ImagePullBackOff')
  await node.until(async () => (await reason('never')()) === 'ErrImageNeverPull')
  t.is((await node.pod('pull'))?.status?.phase, 'Pending')
  await node.close()
})

async function logs(node: FakeNode, request: { previous: boolean }): Promise<string[]> {
  const all = { namespace: 'default', pod: 'web', container: 'app', follow: false, timestamps: false, ...request }
  const parts: string[] = []
  for await (const bytes of podLogs(node.agent.driver, all, new AbortController().signal)) {
    parts.push(new TextDecoder().decode(bytes))
  }
  return parts.join('').split('\n').slice(0, -1)
}
