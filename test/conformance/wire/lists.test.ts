import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { configMap, startWireServer } from './wire-server.ts'

/** Lists: chunks, selectors, versions. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

async function fill({ send, namespace }: WireServer, count: number): Promise<string> {
  const path = `/api/v1/namespaces/${await namespace()}/configmaps`
  for (let index = 0; index < count; index++) {
    const name = `c${String(index).padStart(3, '0')}`
    await send('POST', path, configMap(name, {}, { labels: { parity: index % 2 === 0 ? 'even' : 'odd' } }))
  }
  return path
}

test('chunks: one revision, in order, each object once, with what remains', async t => {
  const path = await fill(t.context, 23)
  const names: string[] = []
  const revisions = new Set<string>()
  let next = ''
  for (let page = 0; page < 10; page++) {
    const { json } = await t.context.get(`${path}?limit=10${next && `&continue=${encodeURIComponent(next)}`}`)
    names.push(...json.items.map((each: { metadata: { name: string } }) => each.metadata.name))
    revisions.add(json.metadata.resourceVersion)
    if (page === 0) {
      t.is(json.metadata.remainingItemCount, 13)
      // A write between two pages is not seen by the later ones.
      await t.context.send('POST', path, configMap('c0005'))
    }
    next = json.metadata.continue ?? ''
    if (next === '') break
  }
  t.is(names.length, 23)
  t.deepEqual(names, [...names].sort())
  t.is(revisions.size, 1)
})

test('an empty list has items all the same', async t => {
  const { json, text } = await t.context.get(`/api/v1/namespaces/${await t.context.namespace()}/pods`)
  t.like(json, { kind: 'PodList', apiVersion: 'v1' })
  t.deepEqual(json.items, [])
  t.true(text.includes('"items":[]'))
})

test('selectors choose by label and by name', async t => {
  const path = await fill(t.context, 6)
  const count = async (query: string) => (await t.context.get(`${path}?${query}`)).json.items.length
  t.is(await count('labelSelector=parity%3Deven'), 3)
  t.is(await count('labelSelector=parity+in+(odd,even)'), 6)
  t.is(await count('labelSelector=!parity'), 0)
  t.is(await count('fieldSelector=metadata.name%3Dc001'), 1)
  t.is(await count('fieldSelector=metadata.name!%3Dc001&labelSelector=parity%3Dodd'), 2)
  t.is((await t.context.get(`${path}?fieldSelector=data.x%3D1`)).code, 400)
  t.is((await t.context.get(`${path}?labelSelector=a%3D%3D%3Db`)).code, 400)
})

test('wrong options are refused by name', async t => {
  const path = await fill(t.context, 3)
  const first = await t.context.get(`${path}?limit=1`)
  const token = encodeURIComponent(first.json.metadata.continue)
  for (const query of [
    'limit=many',
    'continue=nonsense',
    `limit=1&continue=${token}&resourceVersion=1`,
    'resourceVersion=yesterday',
    'watch=perhaps',
  ]) {
    const { code, json } = await t.context.get(`${path}?${query}`)
    t.is(code, 400, `${query}: ${JSON.stringify(json)}`)
    t.is(json.kind, 'Status')
  }
  t.true([400, 422].includes((await t.context.get(`${path}?resourceVersionMatch=Exact`)).code))
  t.is((await t.context.get(`${path}?resourceVersion=1&resourceVersionMatch=Newest`)).code, 422)
})

test('a list of the future waits, then says so', async t => {
  const { code, json } = await t.context.get('/api/v1/namespaces?resourceVersion=999999999')
  t.is(code, 504)
  t.is(json.details.causes[0].reason, 'ResourceVersionTooLarge')
})

test('resourceVersion 0 is whatever there is', async t => {
  const { code, json } = await t.context.get('/api/v1/namespaces?resourceVersion=0&limit=500')
  t.is(code, 200)
  t.true(json.items.length >= 4)
})
