import test from 'ava'
import type { Kind } from '../../src/api/kind.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { builtinKinds } from '../../src/api/kinds/builtin-kinds.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import { builtinControllers } from '../../src/controllers/builtin-controllers.ts'
import { TestCluster } from './test-cluster.ts'

/** Everything there is after a rollout with all loops running: names, uids, times and revisions included. */
async function history(): Promise<string> {
  const cluster = await TestCluster.start({
    controllers: builtinControllers({ rootCa: 'PEM' }),
    scheduler: true,
    nodes: ['node-1', 'node-2', 'node-3'],
  })
  const metadata = { namespace: 'default', name: 'web' }
  const spec = (image: string) => ({
    replicas: 5,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
  })
  await cluster.create(Service as never, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  await cluster.create(Deployment as never, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: spec('web:1'),
  })
  await cluster.rest(5_000)
  await cluster.client.patch(Deployment, metadata, { type: 'merge', body: { spec: spec('web:2') } })
  await cluster.rest(20_000)
  const kinds = builtinKinds as readonly Kind[]
  const lists = await Promise.all(kinds.map(kind => cluster.client.list(kind)))
  await cluster.stop()
  return JSON.stringify(lists.map(list => list.items))
}

test('the same seed gives the same history, to the last resource version', async t => {
  const [first, second] = [await history(), await history()]
  t.true(first.includes('web:2'))
  t.is(first, second)
})
