import anyTest, { type TestFn } from 'ava'
import type { WireServer } from './wire-server.ts'
import { startWireServer } from './wire-server.ts'

/** What a client learns about the server before it does anything: discovery in both forms, OpenAPI. */

const test = anyTest as TestFn<WireServer>

test.before(async t => {
  t.context = await startWireServer()
})
test.after.always(async t => await t.context.close?.())

const AGGREGATED = (version: string) =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`

test('each group has a preferred version that it serves, and at least one resource in each', async t => {
  const { get } = t.context
  const { json } = await get('/apis')
  t.like(json, { kind: 'APIGroupList', apiVersion: 'v1' })
  t.true(json.groups.length >= 4)
  for (const group of json.groups) {
    t.true(group.versions.some((each: { version: string }) => each.version === group.preferredVersion.version))
    t.like((await get(`/apis/${group.name}`)).json, { kind: 'APIGroup', name: group.name })
    for (const { groupVersion } of group.versions) {
      const list = (await get(`/apis/${groupVersion}`)).json
      t.like(list, { kind: 'APIResourceList', groupVersion })
      t.true(list.resources.length > 0)
    }
  }
})

test('aggregated and plain discovery say the same', async t => {
  const { get } = t.context
  for (const version of ['v2', 'v2beta1']) {
    const aggregated = await get('/apis', { accept: AGGREGATED(version) })
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
    t.is(aggregated.headers['content-type'], type)
    t.like(aggregated.json, { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` })
    for (const group of aggregated.json.items)
      for (const each of group.versions) {
        const plain = (await get(`/apis/${group.metadata.name}/${each.version}`)).json.resources
        const names = plain
          .map((resource: { name: string }) => resource.name)
          .filter((name: string) => !name.includes('/'))
        t.deepEqual(
          each.resources.map((resource: { resource: string }) => resource.resource),
          names,
        )
      }
  }
})

test('the core group stands at /api', async t => {
  const { get } = t.context
  t.like((await get('/api')).json, { kind: 'APIVersions', versions: ['v1'] })
  const { resources } = (await get('/api/v1')).json
  const find = (name: string) => resources.find((each: { name: string }) => each.name === name)
  t.like(find('pods'), { kind: 'Pod', namespaced: true, shortNames: ['po'] })
  t.like(find('pods/eviction'), { kind: 'Eviction', group: 'policy', version: 'v1' })
  t.false(find('namespaces').verbs.includes('deletecollection'))
  const aggregated = await get('/api', { accept: AGGREGATED('v2') })
  t.is(aggregated.json.items.length, 1)
  t.is(aggregated.json.items[0].versions[0].version, 'v1')
})

test('what is not served is not found', async t => {
  const { get } = t.context
  for (const path of ['/apis/unheard.example', '/apis/apps/v9', '/api/v2', '/apis/apps/v1/unheard']) {
    const { code, json } = await get(path)
    t.is(code, 404, path)
    t.is(json.kind, 'Status', path)
  }
})

test('OpenAPI: an index of documents that never change under their hash', async t => {
  const { get } = t.context
  const { paths } = (await get('/openapi/v3')).json
  t.truthy(paths['api/v1'])
  const address = paths['apis/apps/v1'].serverRelativeURL
  t.regex(address, /^\/openapi\/v3\/apis\/apps\/v1\?hash=\w{8,}$/)
  const document = await get(address)
  t.is(document.headers['cache-control'], 'public, immutable')
  t.truthy(document.headers.etag)
  t.is((await get(address, { 'if-none-match': document.headers.etag! })).code, 304)
  t.is((await get('/openapi/v3/apis/apps/v1?hash=OLD')).headers.location, address)
  t.is((await get('/openapi/v3/apis/apps/v9')).code, 404)
})

test('OpenAPI: each kind has a patch that kubectl can validate against', async t => {
  const { json } = await t.context.get('/openapi/v3/apis/apps/v1')
  const { patch } = json.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
  t.deepEqual(patch['x-kubernetes-group-version-kind'], { group: 'apps', version: 'v1', kind: 'Deployment' })
  const parameters = patch.parameters.map((each: { name: string }) => each.name)
  for (const name of ['fieldValidation', 'dryRun']) t.true(parameters.includes(name), name)
  t.deepEqual(Object.keys(patch.requestBody.content).sort(), [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
  ])
  const schema = json.components.schemas['io.k8s.api.apps.v1.Deployment']
  t.deepEqual(schema['x-kubernetes-group-version-kind'], [{ group: 'apps', version: 'v1', kind: 'Deployment' }])
  const containers = json.components.schemas['io.k8s.api.core.v1.PodSpec'].properties.containers
  t.like(containers, { 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge' })
})
