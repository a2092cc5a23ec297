import test from 'ava'
import { Deployment } from '../../../../src/api/kinds/apps/deployment.ts'
import { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { sampleDeployment, samplePod } from '../kind-samples.ts'

test('an ordinary pod gives no warning', t => {
  t.deepEqual(Pod.strategy.warnings?.(samplePod()), [])
  t.deepEqual(Deployment.strategy.warnings?.(sampleDeployment()), [])
})

test('what hides something else is told', t => {
  const containers = [
    {
      name: 'a',
      image: 'a',
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
        { name: 'P', value: 'x' },
        { name: 'P', value: '$(P):y' },
      ],
      ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }, { containerPort: 80 }],
    },
  ]
  t.deepEqual(Pod.strategy.warnings?.(samplePod({ containers })), [
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    'spec.containers[0].ports[2]: duplicate port definition with spec.containers[0].ports[0]',
  ])
  const template = { metadata: { labels: { app: 'web' } }, spec: { initContainers: containers, containers } }
  t.deepEqual(Deployment.strategy.warnings?.(sampleDeployment({ template }))?.length, 4)
})

test('a pod whose name is no host name is warned of it', t => {
  const pod = samplePod()
  pod.metadata.name = 'web.example'
  t.regex(Pod.strategy.warnings?.(pod)?.[0] ?? '', /^metadata.name: this is used in the Pod's hostname/)
})
