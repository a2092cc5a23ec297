import test from 'ava'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { createPod, FakeNode, ScriptedProber } from '../test-node.ts'

const sidecar = (name: string, more = {}) => ({ name, image: 'fake', restartPolicy: 'Always', ...more })
const startupProbe = { exec: { command: ['up'] }, periodSeconds: 1, failureThreshold: 100 }

test('a sidecar goes on running while the next init container and the main ones run', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', { initContainers: [sidecar('proxy'), { name: 'setup', image: 'fake' }] })
  const waiting = await node.until(async () => {
    const pod = await node.pod('web')
    return pod?.status?.initContainerStatuses?.[1]?.state?.running && pod
  })
  t.is(waiting.status?.phase, 'Pending')
  t.true(waiting.status?.initContainerStatuses?.[0]?.started)
  t.deepEqual(node.running(), ['proxy.0', 'setup.0'])
  node.machine.end(node.idOf('setup'), 0)
  const running = await node.phase('web', 'Running')
  t.deepEqual(node.running(), ['proxy.0', 'app.0'])
  t.true(running.status?.initContainerStatuses?.[0]?.ready)
  t.is(running.status?.conditions?.find(each => each.type === 'Ready')?.status, 'True')
  await node.close()
})

test('what comes after a sidecar waits for its startup probe', async t => {
  const prober = new ScriptedProber(() => false)
  const node = await FakeNode.start(prober)
  await createPod(node.admin, 'web', { initContainers: [sidecar('proxy', { startupProbe })] })
  await node.until(async () => prober.asked.length > 3)
  t.deepEqual(node.running(), ['proxy.0'])
  const condition = (await node.pod('web'))?.status?.conditions?.find(each => each.type === 'Initialized')
  t.is(condition?.message, 'containers with incomplete status: [proxy]')
  prober.answer = () => true
  await node.phase('web', 'Running')
  t.deepEqual(node.running(), ['proxy.0', 'app.0'])
  await node.close()
})

test('a sidecar that ends is started again, whatever the restart policy of the pod', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'job', { restartPolicy: 'Never', initContainers: [sidecar('proxy')] })
  await node.phase('job', 'Running')
  node.machine.end(node.idOf('proxy'), 0)
  await node.until(async () => node.running().includes('proxy.1'))
  t.is((await node.pod('job'))?.status?.phase, 'Running')
  await node.close()
})

test('the pod of a job succeeds when its main container has, and takes its sidecars along', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'job', { restartPolicy: 'OnFailure', initContainers: [sidecar('one'), sidecar('two')] })
  await node.phase('job', 'Running')
  node.machine.end(node.idOf('app'), 0)
  const done = await node.phase('job', 'Succeeded')
  t.deepEqual(node.running(), [])
  t.deepEqual(
    done.status?.initContainerStatuses?.map(each => each.state?.terminated?.exitCode),
    [143, 143],
  )
  await node.close()
})

test('at the end the main containers go first, then the sidecars, the last one first, in one grace period', async t => {
  const node = await FakeNode.start()
  await createPod(
    node.admin,
    'web',
    { terminationGracePeriodSeconds: 10, initContainers: [sidecar('one'), sidecar('two')] },
    { 'fake.pintle.dev/stop-ms': '6000' },
  )
  await node.phase('web', 'Running')
  const startMs = node.clock.now()
  await node.admin.delete(Pod, { namespace: 'default', name: 'web' })
  const seen = new Set<string>()
  await node.until(async () => {
    seen.add(node.running().join(' '))
    return (await node.pod('web')) === undefined
  })
  t.deepEqual([...seen], ['one.0 two.0 app.0', 'one.0 two.0', 'one.0', ''])
  const passedMs = node.clock.now() - startMs
  t.true(passedMs >= 12_000 && passedMs < 14_000, `6 s, the 4 s that were left, and 2 s: ${passedMs}`)
  await node.close()
})

test('an init container that fails for good takes the sidecars along', async t => {
  const node = await FakeNode.start()
  const initContainers = [sidecar('proxy'), { name: 'setup', image: 'fake' }]
  await createPod(node.admin, 'job', { restartPolicy: 'Never', initContainers })
  await node.until(async () => node.running().includes('setup.0'))
  node.machine.end(node.idOf('setup'), 4)
  const failed = await node.phase('job', 'Failed')
  t.deepEqual(node.running(), [])
  t.is(failed.status?.initContainerStatuses?.[1]?.state?.terminated?.exitCode, 4)
  await node.close()
})
