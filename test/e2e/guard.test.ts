import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../src/api/kinds/core/namespace.ts'
import { UserCluster } from './cluster.ts'

/** Pushes that look like accidents, that are broken, that come when nobody listens. */

const cluster = new UserCluster()
test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
})
test.after.always(() => cluster.destroy())

const HELLO = 'apps/hello/deployment.yaml'
const NOTES = `apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data: { of: another application }
`
const SKIP_HOOKS = '--receive-pack=git -c core.hooksPath=/dev/null receive-pack'

test.serial('a broken file is refused with file and line; nothing is landed', async t => {
  cluster.edit(HELLO, 'replicas: 2', 'replicas: two')
  mkdirSync(join(cluster.clone, 'apps/notes'))
  cluster.write('apps/notes/notes.yaml', NOTES)
  await cluster.commit('Break one, add another')
  const { code, text } = await cluster.git('push')
  t.not(code, 0)
  t.regex(text, /remote: Refused: this push brings in 1 error\./)
  t.regex(text, /remote: {3}apps\/hello\/deployment\.yaml:\d+.*spec\.replicas/)
})

test.serial('pushed past the hook, it is Invalid and the other application syncs', async t => {
  const { code, text } = await cluster.git('push', SKIP_HOOKS)
  t.is(code, 0, text)
  await cluster.until('both outcomes', async () => {
    const { hello, notes } = await cluster.phases()
    return hello === 'Invalid' && notes === 'Healthy'
  })
  t.is((await cluster.client.get(ConfigMap, { namespace: 'notes', name: 'notes' })).data?.['of'], 'another application')
  t.is((await cluster.pods('hello', 'hello')).length, 2)
  const status = await cluster.pintle('status')
  t.regex(status.out, /apps\/hello\/deployment\.yaml:\d+/)
  t.is((await cluster.pintle('wait', 'main')).code, 1)
})

test.serial('a correction makes it Healthy again', async t => {
  cluster.edit(HELLO, 'replicas: two', 'replicas: 2')
  await cluster.commit('Correct it')
  const { code, text } = await cluster.git('push')
  t.is(code, 0, text)
  t.regex(text, /hello: (Healthy|nothing to do)/)
  await cluster.until('health', () => cluster.allHealthy())
})

test.serial('a push while nothing runs lands, and is applied at the next start', async t => {
  await cluster.end('SIGTERM')
  cluster.edit(HELLO, 'Hello from Pintle', 'Hello after a rest')
  await cluster.commit('Say it later')
  const { code, text } = await cluster.git('push')
  t.is(code, 0, text)
  t.regex(text, /remote: .*(not running|stopped).*planned/i)
  await cluster.up()
  await cluster.until('the change', async () => {
    const [pod] = await cluster.pods('hello', 'hello')
    return (pod?.spec.containers[0]?.env?.[0]?.value ?? '') === 'Hello after a rest'
  })
  await cluster.until('health', () => cluster.allHealthy())
  await cluster.git('fetch', '--quiet')
  const recorded = (await cluster.git('log', '-1', '--format=%B', 'origin/pintle/status', '--', 'applications/hello'))
    .out
  t.regex(recorded, /^Pushed-By: local:/m)
})

test.serial('a push that deletes everything is held', async t => {
  for (const directory of ['apps', 'cluster']) rmSync(join(cluster.clone, directory), { recursive: true })
  await cluster.commit('Delete everything')
  const { code, text } = await cluster.git('push')
  t.is(code, 0, text)
  t.regex(text, /pintle approve hello [0-9a-f]{16}/)
  t.regex(text, /hello: Held/)
  t.is((await cluster.pods('hello', 'hello')).length, 2)
  t.is((await cluster.pintle('wait', 'main')).code, 3)
})

test.serial('the printed approvals delete exactly what was listed', async t => {
  await cluster.client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'by-hand' },
    data: { of: 'nobody in Git' },
  })
  const wrong = await cluster.pintle('approve', 'hello', '0123456789abcdef')
  t.is(wrong.code, 1)
  await cluster.until('approvals', async () => {
    const { out } = await cluster.pintle('status')
    const commands = [...out.matchAll(/pintle approve (\S+) ([0-9a-f]+)/g)]
    for (const [, name, digest] of commands) await cluster.pintle('approve', name!, digest!)
    return Object.keys(await cluster.phases()).every(name => name === 'cluster')
  })
  await cluster.until('the namespace to go', async () => {
    const { items } = await cluster.client.list(Namespace)
    return !items.some(({ metadata }) => metadata.name === 'hello')
  })
  const { items } = await cluster.client.list(ConfigMap, { namespace: 'default' })
  t.true(items.some(({ metadata }) => metadata.name === 'by-hand'))
})

test.serial('what was deleted comes back by a push', async t => {
  await cluster.git('revert', '--no-edit', 'HEAD')
  mkdirSync(join(cluster.clone, 'apps'), { recursive: true })
  const { code, text } = await cluster.git('push')
  t.is(code, 0, text)
  await cluster.until(
    'health',
    async () => (await cluster.allHealthy()) && (await cluster.pods('hello', 'hello')).length === 2,
  )
})
