import test from 'ava'
import { Deployment } from '../../../../src/api/kinds/apps/deployment.ts'
import { cellsOf, drafted, errorsOf, sampleDeployment, updateErrorsOf } from '../kind-samples.ts'

test('a deployment gets its defaults, in its template too', t => {
  const { spec } = sampleDeployment()
  const { template, selector: _, ...rest } = spec
  t.deepEqual(rest, {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  })
  t.like(template.spec, { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30 })
  t.is(template.spec?.enableServiceLinks, undefined)
  t.deepEqual(sampleDeployment({ strategy: { type: 'Recreate' } }).spec.strategy, { type: 'Recreate' })
  t.is(sampleDeployment({ replicas: 0 }).spec.replicas, 0)
})

test('an ordinary deployment is fine', t => {
  t.deepEqual(errorsOf(Deployment, sampleDeployment()), [])
  t.deepEqual(
    errorsOf(Deployment, sampleDeployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } })),
    [],
  )
})

test('an empty one is told all that is missing', t => {
  t.deepEqual(errorsOf(Deployment, drafted(Deployment, { metadata: { name: 'd', namespace: 'default' } })), [
    'spec.selector: Required value',
    'spec.template.spec.containers: Required value',
  ])
})

test('the selector must choose the pods of the template, and stay', t => {
  t.deepEqual(errorsOf(Deployment, sampleDeployment({ selector: {} })), [
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ])
  t.deepEqual(errorsOf(Deployment, sampleDeployment({ selector: { matchLabels: { app: 'other' } } })), [
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ])
  t.deepEqual(
    errorsOf(Deployment, sampleDeployment({ selector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } })),
    ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
  )
  const other = sampleDeployment({ selector: { matchLabels: { app: 'web', tier: 'x' } } })
  t.deepEqual(updateErrorsOf(Deployment, other, sampleDeployment()), [
    'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
  ])
})

test('numbers make sense', t => {
  const wrong = (spec: object) => errorsOf(Deployment, sampleDeployment(spec))
  t.deepEqual(wrong({ replicas: -1 }), ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'])
  t.deepEqual(wrong({ minReadySeconds: 600 }), [
    'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
  ])
  const rolling = (rollingUpdate: object) => wrong({ strategy: { rollingUpdate } })
  t.deepEqual(rolling({ maxSurge: 0, maxUnavailable: '0%' }), [
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
  ])
  t.is(rolling({ maxSurge: 'some' }).length, 1)
  t.deepEqual(rolling({ maxUnavailable: '101%' }), [
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ])
  t.deepEqual(wrong({ strategy: { type: 'Recreate', rollingUpdate: {} } }), [
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ])
})

test('its pods start again when they end', t => {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
  }
  t.deepEqual(errorsOf(Deployment, sampleDeployment({ template })), [
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ])
})

test('a row counts pods', t => {
  const deployment = sampleDeployment({ replicas: 3 })
  t.like(cellsOf(Deployment, deployment), { Ready: '0/3', 'Up-to-date': 0, Available: 0 })
  deployment.status = { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 }
  t.like(cellsOf(Deployment, deployment), {
    Ready: '2/3',
    'Up-to-date': 3,
    Available: 1,
    Containers: 'web',
    Images: 'nginx:1.27',
    Selector: 'app=web',
  })
})
