import test from 'ava'
import type { ContainerStatus } from '../../../../src/api/generated/types.ts'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { cellsOf, samplePod } from '../kind-samples.ts'

const base: ContainerStatus = { name: 'web', image: 'i', imageID: '', ready: false, restartCount: 0 }
const running = { ...base, ready: true, state: { running: { startedAt: '2026-11-20T22:00:00Z' } } }
const waiting = (reason: string) => ({ ...base, state: { waiting: { reason } } })
const ended = (exitCode: number, more: object = {}) => ({ ...base, state: { terminated: { exitCode, ...more } } })

function statusCell(pod: Pod): unknown {
  return cellsOf(Pod, pod)['Status']
}

const withStatuses = (phase: string, ...containerStatuses: ContainerStatus[]) =>
  samplePod({}, { phase, containerStatuses })

test('the status is the phase, unless a container says more', t => {
  t.is(statusCell(samplePod()), 'Pending')
  t.is(statusCell(withStatuses('Running', running)), 'Running')
  t.is(statusCell(withStatuses('Running', waiting('CrashLoopBackOff'))), 'CrashLoopBackOff')
  t.is(statusCell(withStatuses('Succeeded', ended(0, { reason: 'Completed' }))), 'Completed')
  t.is(statusCell(withStatuses('Failed', ended(3))), 'ExitCode:3')
  t.is(statusCell(withStatuses('Failed', ended(137, { signal: 9 }))), 'Signal:9')
  t.is(statusCell(samplePod({}, { phase: 'Failed', reason: 'Evicted' })), 'Evicted')
})

test('the first container with something to say wins', t => {
  t.is(statusCell(withStatuses('Running', waiting('ErrImagePull'), waiting('CrashLoopBackOff'))), 'ErrImagePull')
})

test('one container done and another running is Running, or NotReady', t => {
  const pod = withStatuses('Running', ended(0, { reason: 'Completed' }), running)
  t.is(statusCell(pod), 'NotReady')
  pod.status = { ...pod.status, conditions: [{ type: 'Ready', status: 'True' }] }
  t.is(statusCell(pod), 'Running')
})

test('init containers come first', t => {
  const spec = {
    initContainers: [
      { name: 'one', image: 'a' },
      { name: 'two', image: 'a' },
    ],
  }
  const done = { ...ended(0), name: 'one' }
  const cell = (...initContainerStatuses: object[]) =>
    statusCell(samplePod(spec, { phase: 'Pending', initContainerStatuses }))
  t.is(cell({ ...waiting('PodInitializing'), name: 'one' }), 'Init:0/2')
  t.is(cell(done, { ...base, name: 'two', state: { running: {} } }), 'Init:1/2')
  t.is(cell(done, { ...waiting('CrashLoopBackOff'), name: 'two' }), 'Init:CrashLoopBackOff')
  t.is(cell({ ...ended(2), name: 'one' }), 'Init:ExitCode:2')
  t.is(cell({ ...ended(2, { reason: 'Error' }), name: 'one' }), 'Init:Error')
  t.is(cell(done, { ...ended(0), name: 'two' }), 'Pending')
})

test('a pod that is going is Terminating', t => {
  const pod = withStatuses('Running', running)
  pod.metadata.deletionTimestamp = '2026-11-20T23:00:00Z'
  t.is(statusCell(pod), 'Terminating')
  pod.status = { ...pod.status, reason: 'NodeLost' }
  t.is(statusCell(pod), 'Unknown')
})

test('gated and unscheduled pods say so', t => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }]
  t.is(statusCell(samplePod({}, { conditions })), 'SchedulingGated')
})

test('a row counts containers, sidecars and restarts', t => {
  const nowMs = Date.parse('2026-11-20T23:00:00Z')
  const spec = {
    nodeName: 'node-1',
    containers: [
      { name: 'web', image: 'a' },
      { name: 'side', image: 'a' },
    ],
    initContainers: [
      { name: 'proxy', image: 'a', restartPolicy: 'Always' },
      { name: 'setup', image: 'a' },
    ],
    readinessGates: [{ conditionType: 'example.com/open' }],
  }
  const lastState = { terminated: { exitCode: 1, finishedAt: '2026-11-20T22:55:00Z' } }
  const pod = samplePod(spec, {
    phase: 'Running',
    podIPs: [{ ip: '10.244.0.5' }],
    initContainerStatuses: [
      { ...running, name: 'proxy', started: true, restartCount: 1 },
      { ...ended(0), name: 'setup', restartCount: 4 },
    ],
    containerStatuses: [
      { ...running, restartCount: 2, lastState },
      { ...waiting('Error'), name: 'side' },
    ],
    conditions: [{ type: 'example.com/open', status: 'True' }],
  })
  pod.metadata.creationTimestamp = '2026-11-20T21:00:00Z'
  t.deepEqual(cellsOf(Pod, pod, nowMs), {
    Name: 'p',
    Ready: '2/3',
    Status: 'Error',
    Restarts: '3 (5m ago)',
    Age: '120m',
    IP: '10.244.0.5',
    Node: 'node-1',
    'Nominated Node': '<none>',
    'Readiness Gates': '1/1',
  })
})
