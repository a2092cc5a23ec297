import test from 'ava'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { createHttpClient } from '../../../src/client/http-client.ts'
import { Informer } from '../../../src/client/informer.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { systemRandom } from '../../../src/lib/system-random.ts'
import { createBuiltinAuthorizer } from '../../../src/registry/builtin-authorizer.ts'
import { WATCH_WINDOW_EVENTS } from '../../../src/registry/watch-window.ts'
import { openRegistry } from '../../registry/open-registry.ts'
import { startApiServer } from '../../server/start-api-server.ts'

const key = (name: string) => ({ namespace: 'default', name })
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: key(name) })

test('a copy of the server survives its restart, also when more happened than a watch can catch up with', async t => {
  const authorizer = createBuiltinAuthorizer()
  const { registry, admin, close } = await openRegistry({ authorizer })
  const first = await startApiServer({ registry, authorizer })
  const access = { server: first.url, ca: first.pki.caCertificate, ...first.admin }
  const world = { clock: systemClock, random: systemRandom, log: silentLogger }
  const client = createHttpClient({ access, kinds: registry.kinds, ...world })
  const informer = new Informer({ client, kind: ConfigMap, selection: { namespace: 'default' }, ...world })
  const changes: string[] = []
  informer.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`))

  await admin.create(ConfigMap, configMap('gone'))
  await admin.create(ConfigMap, configMap('stays'))
  informer.start()
  await informer.synced()
  t.deepEqual(changes.splice(0), ['ADDED gone', 'ADDED stays'])

  await first.stop(0)
  await admin.delete(ConfigMap, key('gone'))
  for (let count = 0; count < WATCH_WINDOW_EVENTS; count++) {
    await admin.create(ConfigMap, configMap('brief'))
    await admin.delete(ConfigMap, key('brief'))
  }
  await admin.create(ConfigMap, configMap('new'))
  const second = await startApiServer({ registry, authorizer, again: first })

  for (let wait = 0; wait < 400 && informer.get(key('new')) === undefined; wait++)
    await new Promise(resolve => setTimeout(resolve, 25))
  t.deepEqual(changes.splice(0).sort(), ['ADDED new', 'DELETED gone'])
  t.deepEqual(
    informer
      .list()
      .map(each => each.metadata.name)
      .sort(),
    ['new', 'stays'],
  )

  await admin.create(ConfigMap, configMap('later'))
  for (let wait = 0; wait < 200 && changes.length === 0; wait++) await new Promise(resolve => setTimeout(resolve, 10))
  t.deepEqual(changes, ['ADDED later'])
  informer.stop()
  client.close()
  await second.close()
  await close()
})
