import test from 'ava'
import { explainPods } from '../../../src/gitops/health/explain-pods.ts'
import { judgeHealth } from '../../../src/gitops/health/judge-health.ts'

const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name: 'x', generation: 2, ...metadata }, ...rest }) as never
const rolled = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }

const CASES: readonly (readonly [string, unknown, string, RegExp?])[] = [
  ['nothing', undefined, 'Progressing', /not there yet/],
  [
    'deleted',
    object('v1', 'ConfigMap', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    'Progressing',
    /being deleted/,
  ],
  ['config map', object('v1', 'ConfigMap', {}), 'Healthy'],
  ['deployment', object('apps/v1', 'Deployment', { spec: { replicas: 2 }, status: rolled }), 'Healthy'],
  ['new deployment', object('apps/v1', 'Deployment', { spec: { replicas: 2 } }), 'Progressing', /not seen it/],
  [
    'lagging',
    object('apps/v1', 'Deployment', { spec: { replicas: 2 }, status: { ...rolled, observedGeneration: 1 } }),
    'Progressing',
    /newest spec/,
  ],
  [
    'updating',
    object('apps/v1', 'Deployment', { spec: { replicas: 2 }, status: { ...rolled, updatedReplicas: 1 } }),
    'Progressing',
    /1 of 2 replicas are updated/,
  ],
  [
    'old ones',
    object('apps/v1', 'Deployment', { spec: { replicas: 2 }, status: { ...rolled, replicas: 3 } }),
    'Progressing',
    /1 old replicas/,
  ],
  [
    'unavailable',
    object('apps/v1', 'Deployment', { spec: { replicas: 2 }, status: { ...rolled, availableReplicas: 0 } }),
    'Progressing',
    /0 of 2 replicas are available/,
  ],
  [
    'deadline',
    object('apps/v1', 'Deployment', {
      spec: { replicas: 2 },
      status: { ...rolled, conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
    }),
    'Degraded',
    /progress deadline exceeded/,
  ],
  [
    'scaled to nothing',
    object('apps/v1', 'Deployment', { spec: { replicas: 0 }, status: { observedGeneration: 2 } }),
    'Healthy',
  ],
  [
    'replica set',
    object('apps/v1', 'ReplicaSet', { spec: { replicas: 1 }, status: { observedGeneration: 2, readyReplicas: 1 } }),
    'Healthy',
  ],
  [
    'daemon set',
    object('apps/v1', 'DaemonSet', {
      status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    }),
    'Progressing',
    /1 of 2 pods/,
  ],
  [
    'stateful set',
    object('apps/v1', 'StatefulSet', {
      spec: { replicas: 1 },
      status: { observedGeneration: 2, updateRevision: 'b', currentRevision: 'a', updatedReplicas: 0 },
    }),
    'Progressing',
    /0 of 1 replicas are updated/,
  ],
  ['job', object('batch/v1', 'Job', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }), 'Healthy'],
  [
    'failed job',
    object('batch/v1', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
    'Degraded',
  ],
  ['running job', object('batch/v1', 'Job', {}), 'Progressing'],
  [
    'pod',
    object('v1', 'Pod', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }),
    'Healthy',
  ],
  ['done pod', object('v1', 'Pod', { status: { phase: 'Succeeded' } }), 'Healthy'],
  ['failed pod', object('v1', 'Pod', { status: { phase: 'Failed' } }), 'Degraded'],
  ['service', object('v1', 'Service', { spec: { type: 'ClusterIP' } }), 'Healthy'],
  ['load balancer', object('v1', 'Service', { spec: { type: 'LoadBalancer' } }), 'Progressing'],
  ['namespace', object('v1', 'Namespace', { status: { phase: 'Active' } }), 'Healthy'],
  ['claim', object('v1', 'PersistentVolumeClaim', { status: { phase: 'Lost' } }), 'Degraded'],
  [
    'definition',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      status: { conditions: [{ type: 'Established', status: 'True' }] },
    }),
    'Healthy',
  ],
  [
    'stranger',
    object('example.com/v1', 'Thing', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
    'Progressing',
    /condition Ready/,
  ],
  [
    'stalled stranger',
    object('example.com/v1', 'Thing', { status: { conditions: [{ type: 'Stalled', status: 'True' }] } }),
    'Degraded',
  ],
  ['odd stranger', object('example.com/v1', 'Thing', { spec: [], status: 'fine' }), 'Healthy'],
]

for (const [what, live, health, reason] of CASES) {
  test(`health: ${what}`, t => {
    const verdict = judgeHealth(live as never)
    t.is(verdict.health, health as never)
    if (reason !== undefined) t.regex(verdict.reason ?? '', reason)
    t.is(verdict.reason === undefined, health === 'Healthy')
  })
}

test('pods are explained by counts and reasons, never by what containers said', t => {
  const waiting = (reason: string) => ({
    metadata: {},
    status: { containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason, message: 'SECRET' } } }] },
  })
  const pods = [
    waiting('CrashLoopBackOff'),
    waiting('CrashLoopBackOff'),
    { metadata: {}, status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } },
    {
      metadata: {},
      status: {
        containerStatuses: [{ name: 'web', ready: false, state: { terminated: { reason: 'Error', exitCode: 3 } } }],
      },
    },
    { metadata: { deletionTimestamp: 'x' }, status: {} },
    { metadata: {}, status: { containerStatuses: [{ name: 'web', ready: true }] } },
  ]
  t.deepEqual(explainPods(pods), [
    '2 pods: container web CrashLoopBackOff',
    '1 pod: container web Error (exit code 3)',
    '1 pod: not scheduled (Unschedulable)',
  ])
})
