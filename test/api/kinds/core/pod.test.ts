import test from 'ava'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { samplePod } from '../kind-samples.ts'

test('a pod gets the defaults that Kubernetes gives it', t => {
  const pod = samplePod({
    containers: [
      {
        name: 'web',
        image: 'registry.example:5000/web',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        resources: { limits: { cpu: 1, memory: '1024Mi' }, requests: { cpu: '500m' } },
        livenessProbe: { httpGet: { port: 80 } },
      },
    ],
    volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }, { name: 'h', hostPath: { path: '/x' } }],
  })
  t.deepEqual(pod.spec, {
    containers: [
      {
        name: 'web',
        image: 'registry.example:5000/web',
        imagePullPolicy: 'Always',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        env: [{ name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
        livenessProbe: {
          httpGet: { port: 80, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    volumes: [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 0o644 } },
      { name: 'h', hostPath: { path: '/x', type: '' } },
    ],
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  })
  t.deepEqual(pod.status, { phase: 'Pending', qosClass: 'Burstable' })
})

test('an image is pulled always when its tag moves', t => {
  const policyOf = (image: string) =>
    samplePod({ containers: [{ name: 'a', image }] }).spec.containers[0]?.imagePullPolicy
  for (const image of ['nginx', 'nginx:latest', 'host:5000/nginx', 'host:5000/a/b:latest'])
    t.is(policyOf(image), 'Always', image)
  for (const image of ['nginx:1', 'host:5000/nginx:1', 'nginx@sha256:00', 'nginx:latest@sha256:00']) {
    t.is(policyOf(image), 'IfNotPresent', image)
  }
})

test('the quality of service follows from requests and limits', t => {
  const classOf = (...resources: object[]) =>
    samplePod({ containers: resources.map((each, index) => ({ name: `c${index}`, image: 'a:1', resources: each })) })
      .status?.qosClass
  const full = { limits: { cpu: '1', memory: '1Gi' } }
  t.is(classOf({}), 'BestEffort')
  t.is(classOf(full), 'Guaranteed')
  t.is(classOf(full, full), 'Guaranteed')
  t.is(classOf(full, {}), 'Burstable')
  t.is(classOf({ limits: { cpu: '1' } }), 'Burstable')
  t.is(classOf({ ...full, requests: { cpu: '500m' } }), 'Burstable')
  t.is(classOf({ requests: { cpu: '1', memory: '1Gi' } }), 'Burstable')
  t.is(classOf({ limits: { 'example.com/gpu': '1' } }), 'BestEffort')
})

test('on the host network a port is the port of the host', t => {
  const pod = samplePod({
    hostNetwork: true,
    containers: [{ name: 'a', image: 'a:1', ports: [{ containerPort: 80 }] }],
  })
  t.is(pod.spec.containers[0]?.ports?.[0]?.hostPort, 80)
})

test('both names of the service account follow each other', t => {
  t.is(samplePod({ serviceAccountName: 'robot' }).spec.serviceAccount, 'robot')
  t.is(samplePod({ serviceAccount: 'robot' }).spec.serviceAccountName, 'robot')
})

test('a pod lives on for its grace, if there is somebody to keep it', t => {
  const grace = (pod: Pod, requested?: number) => Pod.strategy.gracePeriodSeconds?.(pod, requested)
  const running = samplePod({ nodeName: 'n', terminationGracePeriodSeconds: 60 }, { phase: 'Running' })
  t.is(grace(running), 60)
  t.is(grace(running, 5), 5)
  t.is(grace(running, 0), 0)
  t.is(grace(running, -1), 1)
  t.is(grace(samplePod()), 0)
  t.is(grace(samplePod({ nodeName: 'n' }, { phase: 'Succeeded' })), 0)
})

test('a status has both forms of an address, and keeps its quality of service', t => {
  const current = samplePod({ nodeName: 'n' })
  const draft = structuredClone(current)
  draft.status = { phase: 'Running', podIP: '10.0.0.1', hostIP: '10.0.0.2', qosClass: 'Guaranteed' }
  Pod.strategy.prepareStatusUpdate?.(draft, current, { nowMs: 0, user: 'system:node:n' })
  t.deepEqual(draft.status, {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    hostIP: '10.0.0.2',
    hostIPs: [{ ip: '10.0.0.2' }],
    qosClass: 'BestEffort',
  })
})

test('pods are found by their node and phase', t => {
  const pod = samplePod({ nodeName: 'n' }, { phase: 'Running' })
  t.is(Pod.selectableFields.get('spec.nodeName')?.(pod), 'n')
  t.is(Pod.selectableFields.get('status.phase')?.(pod), 'Running')
  t.is(Pod.selectableFields.get('spec.nodeName')?.(samplePod()), '')
})
