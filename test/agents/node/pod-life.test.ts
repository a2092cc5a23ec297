import test from 'ava'
import { Node } from '../../../src/api/kinds/core/node.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { createPod, eventReasons, FakeNode, NODE_NAME, openServer } from './test-node.ts'

test('a node registers itself with what it has', async t => {
  const node = await FakeNode.start()
  const object = await node.until(async () => {
    const { items } = await node.admin.list(Node)
    return items[0]?.status?.conditions && items[0]
  })
  t.is(object.metadata.name, NODE_NAME)
  t.is(object.metadata.labels?.['kubernetes.io/hostname'], NODE_NAME)
  t.is(object.status?.capacity?.['cpu'], '4')
  const ready = object.status?.conditions?.find(each => each.type === 'Ready')
  t.is(ready?.status, 'True')
  const { resourceVersion } = object.metadata
  await node.clock.advance(120_000)
  const later = await node.admin.get(Node, { name: NODE_NAME })
  t.is(later.metadata.resourceVersion, resourceVersion, 'nothing is written while nothing changes')
  await node.close()
})

test('a pod runs, is ready, and ends when it is deleted', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  const running = await node.phase('web', 'Running')
  t.deepEqual(
    running.status?.conditions?.map(each => [each.type, each.status]),
    [
      ['PodReadyToStartContainers', 'True'],
      ['Initialized', 'True'],
      ['Ready', 'True'],
      ['ContainersReady', 'True'],
      ['PodScheduled', 'True'],
    ],
  )
  t.regex(running.status?.podIP ?? '', /^10\.244\./)
  t.is(running.status?.hostIP, '192.0.2.10')
  t.is(running.status?.containerStatuses?.[0]?.restartCount, 0)
  t.truthy(running.status?.containerStatuses?.[0]?.state?.running)
  const { resourceVersion } = running.metadata
  await node.clock.advance(200_000)
  t.is((await node.pod('web'))?.metadata.resourceVersion, resourceVersion, 'a settled pod is not written')
  await node.admin.delete(Pod, { namespace: 'default', name: 'web' })
  await node.gone('web')
  t.is(node.machine.sandboxes.size, 0)
  t.is(node.machine.containers.size, 0)
  const reasons = await eventReasons(node.admin)
  for (const reason of ['Created', 'Started', 'Killing']) t.true(reasons.includes(reason), reason)
  await node.close()
})

test('a crashing container is restarted at once, then after 10 s, 20 s, ...', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'crash', { containers: [{ name: 'app', image: 'crash' }] })
  const waiting = await node.until(async () => {
    const status = (await node.pod('crash'))?.status?.containerStatuses?.[0]
    return status?.state?.waiting?.reason === 'CrashLoopBackOff' && status
  })
  t.is(waiting.restartCount, 1)
  t.is(waiting.lastState?.terminated?.exitCode, 1)
  t.is(waiting.lastState?.terminated?.reason, 'Error')
  t.regex(waiting.state?.waiting?.message ?? '', /^back-off 10s restarting failed container=app pod=crash_default/)
  const startedMs = node.clock.now()
  await node.until(async () => (await node.pod('crash'))?.status?.containerStatuses?.[0]?.restartCount === 3)
  const passedMs = node.clock.now() - startedMs
  t.true(passedMs >= 29_000 && passedMs < 32_000, String(passedMs))
  const kept = [...node.machine.containers.values()].filter(each => each.state.name === 'app')
  t.is(kept.length, 2, 'the last dead one is kept for logs --previous')
  await node.close()
})

test('init containers run in order before the others; the pod of a job succeeds', async t => {
  const node = await FakeNode.start()
  await createPod(
    node.admin,
    'job',
    {
      restartPolicy: 'Never',
      initContainers: [
        { name: 'first', image: 'fake' },
        { name: 'second', image: 'fake' },
      ],
    },
    { 'fake.pintle.dev/run-seconds': '2' },
  )
  const first = await node.until(async () => {
    const pod = await node.pod('job')
    return pod?.status?.initContainerStatuses?.[0]?.state?.running && pod
  })
  t.is(first.status?.phase, 'Pending')
  t.is(first.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing')
  t.is(first.status?.initContainerStatuses?.[1]?.state?.waiting?.reason, 'PodInitializing')
  const condition = first.status?.conditions?.find(each => each.type === 'Initialized')
  t.is(condition?.reason, 'ContainersNotInitialized')
  const done = await node.phase('job', 'Succeeded')
  t.deepEqual(
    done.status?.initContainerStatuses?.map(each => each.state?.terminated?.reason),
    ['Completed', 'Completed'],
  )
  t.is(done.status?.conditions?.find(each => each.type === 'Ready')?.reason, 'PodCompleted')
  await node.close()
})

test('restartPolicy Never: a failure is the end', async t => {
  const node = await FakeNode.start()
  await createPod(
    node.admin,
    'fails',
    { restartPolicy: 'Never' },
    { 'fake.pintle.dev/run-seconds': '1', 'fake.pintle.dev/exit-code': '3' },
  )
  const failed = await node.phase('fails', 'Failed')
  t.is(failed.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 3)
  t.is(failed.status?.containerStatuses?.[0]?.restartCount, 0)
  await node.close()
})

test('what cannot start says why', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'image', { containers: [{ name: 'app', image: 'missing' }] })
  const reference = { configMapKeyRef: { name: 'nowhere', key: 'k' } }
  await createPod(node.admin, 'config', {
    containers: [{ name: 'app', image: 'fake', env: [{ name: 'A', valueFrom: reference }] }],
  })
  const reason = (name: string) => async () => (await node.pod(name))?.status?.containerStatuses?.[0]?.state?.waiting
  const image = await node.until(reason('image'))
  t.true(['ErrImagePull', 'ContainerCreating'].includes(image.reason ?? ''))
  await node.until(async () => (await reason('image')())?.reason === 'ErrImagePull')
  const config = await node.until(async () => {
    const waiting = await reason('config')()
    return waiting?.reason === 'CreateContainerConfigError' && waiting
  })
  t.is(config.message, 'configmap "nowhere" not found')
  await node.close()
})

test('a pod is not ready before its probe says so, and a dead one is restarted', async t => {
  const node = await FakeNode.start()
  const probe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 3 }
  await createPod(
    node.admin,
    'slow',
    { containers: [{ name: 'app', image: 'fake', readinessProbe: probe }] },
    { 'fake.pintle.dev/ready-seconds': '5' },
  )
  await createPod(
    node.admin,
    'dead',
    { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: 'fake', livenessProbe: probe }] },
    { 'fake.pintle.dev/ready-seconds': '1000' },
  )
  const running = await node.phase('slow', 'Running')
  const ready = running.status?.conditions?.find(each => each.type === 'Ready')
  t.is(ready?.reason, 'ContainersNotReady')
  t.is(ready?.message, 'containers with unready status: [app]')
  await node.until(async () => (await node.pod('slow'))?.status?.containerStatuses?.[0]?.ready)
  await node.until(async () => (await node.pod('dead'))?.status?.containerStatuses?.[0]?.restartCount === 1)
  const reasons = await eventReasons(node.admin)
  t.true(reasons.includes('Unhealthy') && reasons.includes('Killing'))
  await node.close()
})

test('an agent that starts again adopts what runs', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  await createPod(node.admin, 'gone', {})
  const before = await node.phase('web', 'Running')
  await node.phase('gone', 'Running')
  await node.agent.stop(true)
  await node.admin.delete(Pod, { namespace: 'default', name: 'gone' }, { gracePeriodSeconds: 0 })
  await node.startAgent()
  await node.until(async () => node.machine.sandboxes.size === 1)
  await node.clock.advance(5_000)
  const after = await node.pod('web')
  t.is(after?.status?.containerStatuses?.[0]?.containerID, before.status?.containerStatuses?.[0]?.containerID)
  t.is(after?.metadata.resourceVersion, before.metadata.resourceVersion)
  await node.close()
})

test('a lost live store gets its pods back: same name and UID, no owner, same container', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  const before = await node.phase('web', 'Running')
  await node.agent.stop(true)
  node.server.close()
  node.server = await openServer(node.clock, node.random)
  await node.startAgent()
  const after = await node.phase('web', 'Running')
  t.is(after.metadata.uid, before.metadata.uid)
  t.is(after.status?.containerStatuses?.[0]?.containerID, before.status?.containerStatuses?.[0]?.containerID)
  t.is(after.metadata.ownerReferences, undefined)
  await node.clock.advance(400_000)
  t.is(node.machine.sandboxes.size, 1)
  t.true((await eventReasons(node.admin)).includes('NotAdopted'))
  await node.close()
})

test('after a restart of the machine the pod runs in a new sandbox and counts a restart', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'web', {})
  await node.phase('web', 'Running')
  node.machine.reboot()
  const again = await node.until(async () => {
    const status = (await node.pod('web'))?.status?.containerStatuses?.[0]
    return status?.restartCount === 1 && status.state?.running && status
  })
  t.truthy(again)
  await node.close()
})

test('activeDeadlineSeconds ends a pod', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'late', { activeDeadlineSeconds: 5, restartPolicy: 'Never' })
  await node.phase('late', 'Running')
  const failed = await node.phase('late', 'Failed')
  t.is(failed.status?.reason, 'DeadlineExceeded')
  await node.close()
})

test('a pod takes its grace period to end, and no more', async t => {
  const node = await FakeNode.start()
  await createPod(node.admin, 'slow', { terminationGracePeriodSeconds: 10 }, { 'fake.pintle.dev/stop-ms': '60000' })
  await node.phase('slow', 'Running')
  const startMs = node.clock.now()
  await node.admin.delete(Pod, { namespace: 'default', name: 'slow' })
  await node.gone('slow')
  const passedMs = node.clock.now() - startMs
  t.true(passedMs >= 10_000 && passedMs < 12_000, String(passedMs))
  await node.close()
})

test('an image that never comes holds up neither the deletion of its pod nor the pods beside it', async t => {
  const node = await FakeNode.start()
  node.machine.fault = operation => (operation === 'ensureImage' && isHanging ? new Promise(() => {}) : undefined)
  let isHanging = true
  const names = ['one', 'two', 'three', 'four', 'five', 'six']
  for (const name of names) await createPod(node.admin, name, {})
  await node.until(async () => node.machine.sandboxes.size === names.length)
  await node.clock.advance(1_000)
  isHanging = false
  await createPod(node.admin, 'beside', {})
  await node.phase('beside', 'Running')
  for (const name of names) {
    await node.admin.delete(Pod, { namespace: 'default', name })
    await node.gone(name)
  }
  t.is(node.machine.containers.size, 1)
  await node.close()
})
