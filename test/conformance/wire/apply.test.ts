import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { startWireServer } from './wire-server.ts'

/** Server-side apply as clients see it. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const APPLY = { 'content-type': 'application/apply-patch+yaml' }
const MERGE = { 'content-type': 'application/merge-patch+json' }

function configMapOf(name: string, data: object) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}

async function setup(context: WireServer) {
  const path = `/api/v1/namespaces/${await context.namespace()}/configmaps`
  const apply = (manager: string, name: string, data: object, query = '') =>
    context.send('PATCH', `${path}/${name}?fieldManager=${manager}${query}`, configMapOf(name, data), APPLY)
  return { path, apply }
}

test('the first apply creates, the same again changes nothing', async t => {
  const { apply } = await setup(t.context)
  const first = await apply('one', 'a', { x: '1' })
  t.is(first.code, 201, first.text)
  const again = await apply('one', 'a', { x: '1' })
  t.is(again.code, 200)
  t.is(again.json.metadata.resourceVersion, first.json.metadata.resourceVersion)
  const [entry] = first.json.metadata.managedFields
  t.like(entry, { manager: 'one', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' })
  t.deepEqual(entry.fieldsV1, { 'f:data': { 'f:x': {} } })
})

test('another value for a field somebody owns is a conflict that names both; force takes it', async t => {
  const { apply } = await setup(t.context)
  await apply('one', 'a', { x: '1' })
  const refused = await apply('two', 'a', { x: '2' })
  t.is(refused.code, 409)
  t.is(refused.json.reason, 'Conflict')
  t.regex(refused.json.message, /^Apply failed with 1 conflict: conflict with "one"/)
  t.like(refused.json.details.causes[0], { reason: 'FieldManagerConflict', field: '.data.x' })
  const forced = await apply('two', 'a', { x: '2' }, '&force=true')
  t.is(forced.code, 200, forced.text)
  t.is(forced.json.data.x, '2')
  t.deepEqual(
    forced.json.metadata.managedFields.map((each: { manager: string }) => each.manager),
    ['two'],
  )
})

test('a field no longer applied goes, unless somebody else owns it too', async t => {
  const { apply } = await setup(t.context)
  await apply('one', 'a', { x: '1', shared: '1' })
  await apply('two', 'a', { shared: '1' })
  const { json } = await apply('one', 'a', {})
  t.deepEqual(json.data, { shared: '1' })
})

test('list items are owned one by one', async t => {
  const { send, namespace } = t.context
  const path = `/apis/apps/v1/namespaces/${await namespace()}/deployments/d`
  const applied = (manager: string, containers: object[], more: object = {}) =>
    send(
      'PATCH',
      `${path}?fieldManager=${manager}`,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        spec: { ...more, template: { spec: { containers } } },
      },
      APPLY,
    )
  const labels = { app: 'd' }
  const base = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a' }] } },
  }
  const whole = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: base }
  const first = await send('PATCH', `${path}?fieldManager=one`, whole, APPLY)
  t.is(first.code, 201, first.text)
  const side = await applied('two', [{ name: 'side', image: 'b' }])
  t.is(side.code, 200, side.text)
  t.deepEqual(
    side.json.spec.template.spec.containers.map((each: { name: string }) => each.name),
    ['main', 'side'],
  )
  const gone = await send(
    'PATCH',
    `${path}?fieldManager=two`,
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } },
    APPLY,
  )
  t.deepEqual(
    gone.json.spec.template.spec.containers.map((each: { name: string }) => each.name),
    ['main'],
  )
})

test('an update by others makes a conflict with the next apply', async t => {
  const { send } = t.context
  const { path, apply } = await setup(t.context)
  await apply('one', 'a', { x: '1' })
  await send('PATCH', `${path}/a?fieldManager=editor`, { data: { x: '9' } }, MERGE)
  const { code, json } = await apply('one', 'a', { x: '1' })
  t.is(code, 409)
  t.regex(json.message, /conflict with "editor"/)
})

test('what an apply must say, and may not', async t => {
  const { send } = t.context
  const { path } = await setup(t.context)
  const noManager = await send('PATCH', `${path}/a`, configMapOf('a', {}), APPLY)
  t.is(noManager.code, 422)
  t.regex(noManager.json.message, /fieldManager: Required value: is required for apply patch/)
  const entry = { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }
  const managed = { ...configMapOf('a', {}), metadata: { name: 'a', managedFields: [entry] } }
  const withManaged = await send('PATCH', `${path}/a?fieldManager=one`, managed, APPLY)
  t.is(withManaged.code, 400)
  t.regex(withManaged.json.message, /managedFields/)
})

test('an apply may be YAML, and may be tried', async t => {
  const { send, get } = t.context
  const { path } = await setup(t.context)
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n'
  const tried = await send('PATCH', `${path}/a?fieldManager=one&dryRun=All`, yaml, APPLY)
  t.is(tried.code, 201, tried.text)
  t.is((await get(`${path}/a`)).code, 404)
  t.is((await send('PATCH', `${path}/a?fieldManager=one`, yaml, APPLY)).code, 201)
})
