import test from 'ava'
import { defineKind } from '../../../src/api/define-kind.ts'
import {
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersionsDocument,
} from '../../../src/api/discovery/plain-discovery.ts'
import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import { struct } from '../../../src/api/schema-builder.ts'

const kinds = new KindRegistry(builtinKinds)

test('the core group has one version', t => {
  t.deepEqual(apiVersionsDocument('127.0.0.1:6443').versions, ['v1'])
})

test('groups are listed by name, each with its preferred version', t => {
  const { groups } = apiGroupList(kinds)
  t.deepEqual(
    groups.map(({ name }) => name),
    ['apps', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io'],
  )
  t.deepEqual(apiGroup(kinds, 'apps'), {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: 'apps',
    versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
    preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
  })
  t.is(apiGroup(kinds, 'batch'), undefined)
  t.is(apiGroup(kinds, ''), undefined)
})

test('the most stable, newest version is preferred', t => {
  const widget = (version: string) => ({ group: 'example.com', version, schema: struct({}), columns: [] })
  const kind = defineKind({
    group: 'example.com',
    version: 'v1beta1',
    kind: 'Widget',
    plural: 'widgets',
    schema: struct({}),
    otherVersions: ['v1', 'v2alpha1', 'v10', 'v2', 'v1beta2', 'foo'].map(widget),
  })
  const versions = apiGroup(new KindRegistry([kind]), 'example.com')?.versions.map(({ version }) => version)
  t.deepEqual(versions, ['v10', 'v2', 'v1', 'v1beta2', 'v1beta1', 'v2alpha1', 'foo'])
})

test('resources are listed with their subresources, and drain finds eviction', t => {
  const core = apiResourceList(kinds, 'v1')
  t.deepEqual(
    core?.resources.find(({ name }) => name === 'pods/eviction'),
    {
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    },
  )
  t.like(
    core?.resources.find(({ name }) => name === 'pods'),
    {
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      shortNames: ['po'],
      categories: ['all'],
    },
  )
  const namespaces = core?.resources.find(({ name }) => name === 'namespaces')
  t.false(namespaces?.verbs.some(verb => verb === 'deletecollection') ?? true)
  t.deepEqual(
    apiResourceList(kinds, 'apps/v1')?.resources.map(({ name }) => name),
    [
      'deployments',
      'deployments/scale',
      'deployments/status',
      'replicasets',
      'replicasets/scale',
      'replicasets/status',
    ],
  )
  t.is(apiResourceList(kinds, 'apps/v2'), undefined)
})
