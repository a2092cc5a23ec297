import test from 'ava'
import { defineKind } from '../../../src/api/define-kind.ts'
import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import { loadDescriptions, openApiDocument, openApiIndex } from '../../../src/api/openapi/open-api-document.ts'
import { struct, text } from '../../../src/api/schema-builder.ts'

const kinds = new KindRegistry(builtinKinds)
const descriptions = await loadDescriptions()
type Schemas = Record<string, { properties: Record<string, Record<string, unknown>> } & Record<string, unknown>>
const schemasOf = (groupVersion: string) =>
  openApiDocument(kinds, groupVersion, descriptions)?.components.schemas as unknown as Schemas

const widget = (fields: Parameters<typeof struct>[0]) =>
  defineKind({ group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', schema: struct(fields) })

test('the index names a document for each group and version', t => {
  t.deepEqual(Object.keys(openApiIndex(kinds).paths), [
    'api/v1',
    'apis/apps/v1',
    'apis/coordination.k8s.io/v1',
    'apis/discovery.k8s.io/v1',
    'apis/events.k8s.io/v1',
  ])
  t.regex(
    openApiIndex(kinds).paths['apis/apps/v1']?.serverRelativeURL ?? '',
    /^\/openapi\/v3\/apis\/apps\/v1\?hash=\w+$/,
  )
  t.is(openApiDocument(kinds, 'apps/v2', descriptions), undefined)
})

test('a hash is that of the contents: it moves with a schema, and with nothing else', t => {
  const registry = new KindRegistry([...builtinKinds].reverse())
  t.deepEqual(openApiIndex(registry), openApiIndex(kinds))
  registry.add(widget({ size: text() }))
  const before = openApiIndex(registry)
  registry.add(widget({ size: text(), colour: text() }))
  const after = openApiIndex(registry)
  t.not(after.paths['apis/example.com/v1']?.serverRelativeURL, before.paths['apis/example.com/v1']?.serverRelativeURL)
  t.is(after.paths['apis/apps/v1']?.serverRelativeURL, before.paths['apis/apps/v1']?.serverRelativeURL)
})

test('every reference leads somewhere', t => {
  for (const path of Object.keys(openApiIndex(kinds).paths)) {
    const document = openApiDocument(kinds, path.replace(/^apis?\//, ''), descriptions)
    const names = new Set(Object.keys(document?.components.schemas ?? {}))
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    )
    t.true(references.length > 10, path)
    for (const name of references) t.true(names.has(name ?? ''), `${path}: ${name}`)
  }
})

test('kinds, texts, merge keys, list types and required fields are there', t => {
  const core = schemasOf('v1')
  t.deepEqual(core['io.k8s.api.core.v1.Pod']?.['x-kubernetes-group-version-kind'], [
    { group: '', version: 'v1', kind: 'Pod' },
  ])
  const spec = core['io.k8s.api.core.v1.PodSpec']
  t.deepEqual(spec?.['required'], ['containers'])
  const { description, ...volumes } = spec?.properties['volumes'] ?? {}
  t.regex(String(description), /^List of volumes/)
  t.deepEqual(volumes, {
    type: 'array',
    items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Volume' },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-patch-strategy': 'merge,retainKeys',
    'x-kubernetes-patch-merge-key': 'name',
  })
  t.is(core['io.k8s.api.core.v1.LocalObjectReference']?.['x-kubernetes-map-type'], 'atomic')
  t.like(schemasOf('apps/v1')['io.k8s.api.apps.v1.DeploymentSpec']?.properties['strategy'], {
    'x-kubernetes-patch-strategy': 'retainKeys',
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy' }],
  })
})

test('a patch says how it may be sent, where kubectl looks for it', t => {
  const document = openApiDocument(kinds, 'apps/v1', {})
  const path = document?.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'] as {
    patch: Record<string, unknown>
  }
  t.deepEqual(path.patch['x-kubernetes-group-version-kind'], { group: 'apps', version: 'v1', kind: 'Deployment' })
  const parameters = path.patch['parameters'] as { name: string; in: string }[]
  t.deepEqual(
    parameters.map(each => `${each.in} ${each.name}`),
    ['query dryRun', 'query fieldManager', 'query fieldValidation', 'query force'],
  )
  t.is(Object.keys((path.patch['requestBody'] as { content: object }).content).length, 4)
})

test('a kind without a named schema has a component too', t => {
  const document = openApiDocument(
    new KindRegistry([widget({ size: text({ enum: ['s', 'm'] }) })]),
    'example.com/v1',
    {},
  )
  t.deepEqual(document?.components.schemas['example.com.v1.Widget'], {
    type: 'object',
    properties: { size: { type: 'string', enum: ['s', 'm'] } },
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
  })
})
