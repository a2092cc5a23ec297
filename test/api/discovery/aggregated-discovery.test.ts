import test from 'ava'
import { aggregatedDiscovery } from '../../../src/api/discovery/aggregated-discovery.ts'
import { apiResourceList } from '../../../src/api/discovery/plain-discovery.ts'
import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'

const kinds = new KindRegistry(builtinKinds)

test('the core group stands under /api, all others under /apis', t => {
  const core = aggregatedDiscovery(kinds, '/api', 'v2')
  t.is(core.apiVersion, 'apidiscovery.k8s.io/v2')
  t.deepEqual(
    core.items.map(({ metadata }) => metadata),
    [{}],
  )
  const others = aggregatedDiscovery(kinds, '/apis', 'v2beta1')
  t.is(others.apiVersion, 'apidiscovery.k8s.io/v2beta1')
  t.deepEqual(
    others.items.map(({ metadata }) => (metadata as { name?: string }).name),
    ['apps', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io'],
  )
})

test('a resource says all that a client needs', t => {
  const [apps] = aggregatedDiscovery(kinds, '/apis', 'v2').items
  const [deployments] = apps?.versions[0]?.resources ?? []
  t.deepEqual(deployments, {
    resource: 'deployments',
    responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    scope: 'Namespaced',
    singularResource: 'deployment',
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: [
      {
        subresource: 'scale',
        responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
        verbs: ['get', 'patch', 'update'],
      },
      {
        subresource: 'status',
        responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        verbs: ['get', 'patch', 'update'],
      },
    ],
  })
})

test('both forms of discovery say the same, in whatever order kinds were added', t => {
  const reversed = new KindRegistry([...builtinKinds].reverse())
  for (const path of ['/api', '/apis'] as const) {
    const document = aggregatedDiscovery(kinds, path, 'v2')
    t.deepEqual(aggregatedDiscovery(reversed, path, 'v2'), document)
    for (const { metadata, versions } of document.items) {
      for (const { version, resources } of versions) {
        const name = (metadata as { name?: string }).name
        const plain = apiResourceList(kinds, name === undefined ? version : `${name}/${version}`)
        const names = resources.flatMap(({ resource, subresources = [] }) => [
          resource,
          ...(subresources || []).map(({ subresource }) => `${resource}/${subresource}`),
        ])
        t.deepEqual(
          plain?.resources.map(each => each.name),
          names,
        )
      }
    }
  }
})
