import test from 'ava'
import { definitionNames, isBuiltIn, schemaOf } from '../../src/api/built-in-schema.ts'
import type { Schema } from '../../src/api/schema.ts'
import { struct } from '../../src/api/schema-builder.ts'

const CORE = 'io.k8s.api.core.v1'

function fieldOf(definition: string, ...path: readonly string[]): Schema | undefined {
  let schema: Schema | undefined = schemaOf(definition)
  for (const name of path) {
    if (schema?.type === 'list') schema = schema.items
    schema = schema?.type === 'struct' ? schema.fields.get(name) : undefined
  }
  return schema
}

test('every definition can be read, and all it refers to is there', t => {
  t.true(definitionNames().length > 700)
  for (const name of definitionNames()) for (const schema of schemaOf(name).fields.values()) t.truthy(schema.type, name)
})

test('a name always gives the same value, so that recursive schemas meet themselves', t => {
  t.is(schemaOf(`${CORE}.Pod`), schemaOf(`${CORE}.Pod`))
  const props = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps')
  t.is(props.fields.get('not'), props)
})

test('what is not there is named', t => {
  for (const name of ['io.k8s.api.core.v1.Nothing', '__proto__', 'constructor', '']) {
    t.throws(() => schemaOf(name), { message: `there is no definition ${name}` })
  }
})

test('scalars have the types that Kubernetes gives them', t => {
  const typeOf = (definition: string, ...path: string[]) => {
    const field = fieldOf(`${CORE}.${definition}`, ...path)
    return field?.type === 'map' ? `{}${field.values.type}` : field?.type
  }
  t.is(typeOf('Pod', 'metadata', 'creationTimestamp'), 'time')
  t.is(typeOf('Event', 'eventTime'), 'micro-time')
  t.is(typeOf('Secret', 'data'), '{}bytes')
  t.is(typeOf('ResourceRequirements', 'limits'), '{}quantity')
  t.is(typeOf('EmptyDirVolumeSource', 'sizeLimit'), 'quantity')
  t.is(typeOf('ServicePort', 'targetPort'), 'int-or-string')
  t.is(typeOf('PodSpec', 'hostNetwork'), 'boolean')
  t.like(fieldOf(`${CORE}.ServicePort`, 'port'), { type: 'integer', format: 'int32' })
  t.like(fieldOf(`${CORE}.PodSpec`, 'terminationGracePeriodSeconds'), { type: 'integer', format: 'int64' })
  t.like(fieldOf('io.k8s.api.apps.v1.ControllerRevision', 'data'), { type: 'any', embedded: true })
})

test('lists are merged by their keys, and atomic without any', t => {
  const list = (definition: string, field: string) => fieldOf(definition, field)
  const byName = { listType: 'map', keys: ['name'], patchStrategy: 'merge', patchMergeKey: 'name' }
  t.like(list(`${CORE}.PodSpec`, 'containers'), byName)
  t.like(list(`${CORE}.Container`, 'ports'), { keys: ['containerPort', 'protocol'], patchMergeKey: 'containerPort' })
  t.like(list(`${CORE}.PodSpec`, 'topologySpreadConstraints'), {
    keys: ['topologyKey', 'whenUnsatisfiable'],
    patchMergeKey: 'topologyKey',
  })
  t.like(list('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'finalizers'), {
    listType: 'set',
    patchStrategy: 'merge',
  })
  t.like(list('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'ownerReferences'), { keys: ['uid'] })
  const tolerations = list(`${CORE}.PodSpec`, 'tolerations')
  t.like(tolerations, { listType: 'atomic', keys: [] })
  t.false('patchStrategy' in (tolerations ?? {}))
})

test('unions keep named keys, selectors are owned whole', t => {
  const volumes = fieldOf(`${CORE}.PodSpec`, 'volumes')
  t.true(volumes?.type === 'list' && volumes.items.type === 'struct' && volumes.items.retainKeys)
  t.like(fieldOf('io.k8s.api.apps.v1.DeploymentSpec', 'strategy'), { retainKeys: true })
  t.like(fieldOf('io.k8s.api.apps.v1.DeploymentSpec', 'selector'), { atomic: true })
  t.like(fieldOf(`${CORE}.ServiceSpec`, 'selector'), { type: 'map', atomic: true })
  t.like(fieldOf('io.k8s.api.policy.v1.PodDisruptionBudgetSpec', 'selector'), { patchStrategy: 'replace' })
  const claim = fieldOf(`${CORE}.PersistentVolumeSpec`, 'claimRef')
  t.true(claim?.type === 'struct' && claim.atomic !== true)
})

test('a required field that is left out is empty; a pointer is nothing', t => {
  t.is(fieldOf(`${CORE}.Container`, 'name')?.default, '')
  t.deepEqual(fieldOf(`${CORE}.PodSpec`, 'containers')?.default, [])
  t.deepEqual(fieldOf(`${CORE}.Pod`, 'spec')?.default, {})
  t.is(fieldOf(`${CORE}.ContainerPort`, 'protocol')?.default, 'TCP')
  t.is(fieldOf('io.k8s.api.apps.v1.DeploymentSpec', 'selector')?.default, undefined)
  t.is(fieldOf(`${CORE}.Container`, 'image')?.default, undefined)
})

test('what came from the models is told from what was written by hand', t => {
  t.true(isBuiltIn(schemaOf(`${CORE}.Pod`)))
  t.false(isBuiltIn(struct({})))
})
