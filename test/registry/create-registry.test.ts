import test from 'ava'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Secret } from '../../src/api/kinds/core/secret.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'
import { VirtualClock } from '../simulation/world/virtual-clock.ts'
import { openRegistry } from './open-registry.ts'

/** Some of everything, much of it at the same time; returns what the store then holds and what a watcher was told. */
async function run(seed: number) {
  const open = await openRegistry({ random: new SeededRandom(seed), clock: new VirtualClock() })
  const told: string[] = []
  open.admin.watch(
    ConfigMap,
    {},
    {
      onEvent: event => {
        if (event.type !== 'BOOKMARK')
          told.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.uid}`)
      },
      onEnd: () => {},
    },
  )
  const metadata = { namespace: 'default', generateName: 'made-' }
  const containers = [{ name: 'main', image: 'example/main:1' }]
  const template = { metadata: { labels: { app: 'web' } } as never, spec: { containers } }
  await Promise.all([
    ...Array.from({ length: 10 }, () =>
      open.admin.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
    ),
    open.admin.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data: { password: 'c2VjcmV0' } }),
    open.admin.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } }),
    open.admin.create(Deployment, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    }),
  ])
  const { kvs, revision } = await open.store.snapshot()
  await open.close()
  return { revision, told, held: kvs.map(({ key, value }) => `${key} ${Buffer.from(value).toString('base64')}`) }
}

test('the same seed gives the same bytes, names, identities and order, another one gives others', async t => {
  const first = await run(1)
  t.deepEqual(await run(1), first)
  t.is(first.told.length, 10)
  t.notDeepEqual((await run(2)).held, first.held)
})
