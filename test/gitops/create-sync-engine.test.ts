import test from 'ava'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { configMap, deployment, SyncCluster } from './sync-cluster.ts'

test('a push of manifests runs, and the outcome is a commit', async t => {
  const cluster = await SyncCluster.start()
  const commit = await cluster.push({
    'README.md': 'hello',
    'apps/hello/web.yaml': deployment('web'),
    'apps/hello/page.yaml': configMap('page'),
  })
  const application = await cluster.untilPhase('hello', 'Healthy', commit)
  t.is(application.status?.lastRollout, 1)
  t.is(application.status?.healthy?.commit, commit)
  t.deepEqual(await cluster.names('apps/v1', 'Deployment', 'hello'), ['web'])
  const page = await cluster.admin.get(ConfigMap, { namespace: 'hello', name: 'page' })
  t.deepEqual(page.data, { a: '1' })

  const [message = ''] = await cluster.log('refs/heads/pintle/status')
  t.regex(message, /^hello-1: Healthy\n/)
  for (const trailer of ['Application: hello', 'Rollout: hello-1', `Desired-Commit: ${commit}`, 'Outcome: Healthy']) {
    t.true(message.includes(trailer), trailer)
  }
  t.regex((await cluster.file('refs/heads/pintle/status', 'applications/hello/status.yaml')) ?? '', /^phase: Healthy$/m)
  t.regex((await cluster.file('refs/heads/pintle/status', 'README.md')) ?? '', /\| Healthy \|/)
  t.is(await cluster.git.readRef('refs/heads/pintle/deployed/hello'), commit)
  t.is(await cluster.git.readRef(`refs/pintle/keep/${commit}`), commit)
  await cluster.rest(12_000)
  t.is(
    await cluster.file('refs/heads/pintle/live', 'objects/hello/deployment/web.yaml'),
    'application: hello\nkind: Deployment\nhealth: Healthy\nreplicas: 1\navailable: 1\nimages:\n  - "web:1"\n',
  )
  t.is((await cluster.log('refs/heads/pintle/live')).length, 1)
  await cluster.crash()
})
