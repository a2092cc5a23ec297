import test from 'ava'
import { Deployment } from '../../../../src/api/kinds/apps/deployment.ts'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { errorsOf, sampleDeployment, samplePod, updateErrorsOf } from '../kind-samples.ts'

const container = (more: object) => samplePod({ containers: [{ name: 'web', image: 'nginx:1', ...more }] })
const podErrors = (spec: object) => errorsOf(Pod, samplePod(spec))
const containerErrors = (more: object) => errorsOf(Pod, container(more))

test('an ordinary pod is fine', t => {
  t.deepEqual(errorsOf(Pod, samplePod()), [])
  t.deepEqual(
    podErrors({
      volumes: [
        { name: 'scratch' },
        { name: 'config', configMap: { name: 'c', items: [{ key: 'a.txt', path: 'x/a.txt', mode: 0o600 }] } },
        {
          name: 'all',
          projected: {
            sources: [
              { secret: { name: 's' } },
              { serviceAccountToken: { path: 'token' } },
              { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            ],
          },
        },
      ],
      containers: [
        {
          name: 'web',
          image: 'nginx:1',
          ports: [
            { name: 'http', containerPort: 80 },
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
          ],
          env: [
            { name: 'A.B-c', value: '' },
            { name: 'P', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
          envFrom: [{ configMapRef: { name: 'c' } }],
          volumeMounts: [
            { name: 'scratch', mountPath: '/tmp' },
            { name: 'config', mountPath: '/etc/x', subPath: 'x' },
          ],
          readinessProbe: { httpGet: { port: 'http' }, successThreshold: 2 },
          lifecycle: { preStop: { exec: { command: ['true'] } } },
          resources: { requests: { cpu: '1' }, limits: { cpu: '1', 'example.com/gpu': '1' } },
        },
      ],
      initContainers: [
        { name: 'proxy', image: 'a:1', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 80 } } },
      ],
      tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 5 }],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    }),
    [],
  )
})

test('a pod needs a container, and a container its name and image', t => {
  t.deepEqual(podErrors({ containers: [] }), ['spec.containers: Required value'])
  t.deepEqual(podErrors({ containers: [{}] }), [
    'spec.containers[0].name: Required value',
    'spec.containers[0].image: Required value',
  ])
  t.regex(
    podErrors({ containers: [{ name: 'A', image: 'a' }] })[0] ?? '',
    /^spec.containers\[0\].name: Invalid value: "A": a lowercase RFC 1123 label/,
  )
  t.deepEqual(
    podErrors({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'a', image: ' a' },
      ],
    }),
    [
      'spec.containers[1].image: Invalid value: " a": must not have leading or trailing whitespace',
      'spec.containers[1].name: Duplicate value: "a"',
    ],
  )
})

test('values out of a fixed few name them', t => {
  t.deepEqual(podErrors({ restartPolicy: 'Sometimes', dnsPolicy: 'Guess' }), [
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    'spec.dnsPolicy: Unsupported value: "Guess": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
  ])
  t.deepEqual(containerErrors({ imagePullPolicy: 'Maybe' }), [
    'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
  ])
})

test('ports are numbers in range, with short names of their own', t => {
  t.deepEqual(
    containerErrors({
      ports: [{ containerPort: 0 }, { containerPort: 70000, name: 'a_b' }, { containerPort: 1, protocol: 'ICMP' }],
    }),
    [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].name: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[2].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ],
  )
  const twice = [
    { containerPort: 1, hostPort: 80 },
    { containerPort: 2, hostPort: 80 },
  ]
  t.deepEqual(containerErrors({ ports: twice }), ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'])
})

test('on the host network a port is the same inside and out, or left out in a template', t => {
  const template = (ports: object[]) => ({
    metadata: { labels: { app: 'web' } },
    spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a', ports }] },
  })
  t.deepEqual(errorsOf(Deployment, sampleDeployment({ template: template([{ containerPort: 80 }]) })), [])
  t.deepEqual(errorsOf(Deployment, sampleDeployment({ template: template([{ containerPort: 80, hostPort: 81 }]) })), [
    'spec.template.spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
  ])
})

test('mounts name volumes, once for each place', t => {
  const volumeMounts = [
    { name: 'gone', mountPath: '/a' },
    { name: 'v', mountPath: '/b' },
    { name: 'v', mountPath: '/b', subPath: '../x' },
  ]
  t.deepEqual(
    errorsOf(Pod, samplePod({ volumes: [{ name: 'v' }], containers: [{ name: 'a', image: 'a', volumeMounts }] })),
    [
      'spec.containers[0].volumeMounts[0].name: Not found: "gone"',
      'spec.containers[0].volumeMounts[2].mountPath: Invalid value: "/b": must be unique',
      'spec.containers[0].volumeMounts[2].subPath: Invalid value: "../x": must not contain \'..\'',
    ],
  )
})

test('a volume has one source, and its files stay inside', t => {
  t.deepEqual(podErrors({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] }), [
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ])
  t.deepEqual(
    podErrors({
      volumes: [{ name: 'v', configMap: { name: '', items: [{ key: '', path: '/etc' }], defaultMode: 512 } }],
    }),
    [
      'spec.volumes[0].configMap.name: Required value',
      'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].configMap.items[0].key: Required value',
      'spec.volumes[0].configMap.items[0].path: Invalid value: "/etc": must be a relative path',
    ],
  )
  t.deepEqual(podErrors({ volumes: [{ name: 'h', hostPath: { path: '/a/../b', type: 'Any' } }] }).length, 2)
})

test('variables have names, and one source each', t => {
  t.deepEqual(
    containerErrors({
      env: [
        { name: '' },
        { name: 'a=b' },
        { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: {} },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'spec.color' } } },
      ],
    }).map(text => text.slice(0, 90)),
    [
      'spec.containers[0].env[0].name: Required value',
      'spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name mu',
      'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` ',
      'spec.containers[0].env[3].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `',
      'spec.containers[0].env[4].valueFrom.fieldRef.fieldPath: Unsupported value: "spec.color": s',
    ],
  )
})

test('requests stay within limits', t => {
  t.deepEqual(
    containerErrors({ resources: { requests: { cpu: '2', memory: '-1', fuel: '1' }, limits: { cpu: '1500m' } } }),
    [
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[fuel]: Invalid value: "fuel": must be a standard resource for containers',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m',
    ],
  )
})

test('a probe does exactly one thing', t => {
  t.deepEqual(
    containerErrors({
      livenessProbe: { successThreshold: 2 },
      readinessProbe: { exec: { command: [] }, tcpSocket: { port: 0 } },
    }),
    [
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].readinessProbe.exec.command: Required value',
      'spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  )
  const initContainers = [{ name: 'i', image: 'a', livenessProbe: { tcpSocket: { port: 1 } }, lifecycle: {} }]
  t.deepEqual(podErrors({ initContainers }), [
    'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
  ])
})

test('tolerations, selectors and affinity follow their rules', t => {
  t.deepEqual(
    podErrors({
      tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }, { value: 'x' }, { key: 'k', tolerationSeconds: 1 }],
    }),
    [
      'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
      'spec.tolerations[1].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      'spec.tolerations[2].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  )
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'a', operator: 'Is' },
            { key: 'b', operator: 'In' },
          ],
        },
      ],
    },
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: {} }],
  }
  const prefix = 'spec.affinity.nodeAffinity'
  t.deepEqual(podErrors({ affinity: { nodeAffinity } }), [
    `${prefix}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator`,
    `${prefix}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    `${prefix}.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be between 1 and 100, inclusive`,
  ])
  const podAntiAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { a: 'b' } } }],
  }
  t.deepEqual(podErrors({ affinity: { podAntiAffinity } }), [
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
  ])
})

test('a pod may change its images, deadline and added tolerations', t => {
  const current = samplePod({
    nodeName: 'n',
    activeDeadlineSeconds: 100,
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }],
  })
  const changed = structuredClone(current)
  changed.spec.containers[0]!.image = 'nginx:2'
  changed.spec.activeDeadlineSeconds = 50
  changed.spec.tolerations?.push({ key: 'b', operator: 'Exists' })
  t.deepEqual(updateErrorsOf(Pod, changed, current), [])
})

test('a pod may not change anything else, and is told what it was', t => {
  const current = samplePod({ nodeName: 'n' })
  const changed = structuredClone(current)
  changed.spec.nodeName = 'other'
  changed.spec.containers[0]!.command = ['sh']
  const [message = '', ...others] = updateErrorsOf(Pod, changed, current)
  t.deepEqual(others, [])
  t.regex(message, /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/)
  t.regex(message, /changed: spec\.containers\[0\]\.command, spec\.nodeName$/)
  const lost = structuredClone(samplePod({ tolerations: [{ operator: 'Exists' }] }))
  t.deepEqual(updateErrorsOf(Pod, samplePod(), lost), [
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ])
})

test('a gated pod may be narrowed down and released', t => {
  const current = samplePod({ schedulingGates: [{ name: 'a' }, { name: 'b' }], nodeSelector: { zone: '1' } })
  const changed = structuredClone(current)
  changed.spec.schedulingGates = [{ name: 'b' }]
  changed.spec.nodeSelector = { zone: '1', disk: 'ssd' }
  t.deepEqual(updateErrorsOf(Pod, changed, current), [])
  changed.spec.schedulingGates.push({ name: 'c' })
  t.is(updateErrorsOf(Pod, changed, current).length, 1)
})
