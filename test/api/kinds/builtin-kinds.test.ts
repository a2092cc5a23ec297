import test from 'ava'
import fc from 'fast-check'
import { applyDefaults } from '../../../src/api/defaulting.ts'
import { FieldErrors } from '../../../src/api/field-errors.ts'
import type { Kind, KindVersion } from '../../../src/api/kind.ts'
import { builtinKinds } from '../../../src/api/kinds/builtin-kinds.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { validateMetadata, validateMetadataUpdate } from '../../../src/api/validation/metadata.ts'
import { pruneAndCheck } from '../../../src/api/validation/structure.ts'
import { arbitraryObject } from '../arbitrary-object.ts'

const RUNS = { numRuns: 60 }

/** Any object of a kind as the write path has it after decoding and defaulting. */
function arbitraryDraft(version: KindVersion): fc.Arbitrary<KubeObject> {
  return arbitraryObject(version.schema).map(object => {
    const { value } = pruneAndCheck(object, version.schema)
    const draft = { ...value, metadata: { name: 'a', ...(value['metadata'] as object | undefined) } }
    applyDefaults(draft as unknown as KubeObject, version)
    return draft as unknown as KubeObject
  })
}

const cases: { readonly title: string; readonly kind: Kind; readonly version: KindVersion }[] = builtinKinds.flatMap(
  kind => kind.versions.map(version => ({ title: `${kind.kind} ${version.group}/${version.version}`, kind, version })),
)

for (const { title, kind, version } of cases) {
  test(`${title}: pruning what fits the schema keeps it, and again changes nothing`, t => {
    fc.assert(
      fc.property(arbitraryObject(version.schema), object => {
        const once = pruneAndCheck(object, version.schema)
        t.deepEqual(once.unknownFields, [])
        t.deepEqual(once.errors, [])
        t.deepEqual(pruneAndCheck(once.value, version.schema).value, once.value)
      }),
      RUNS,
    )
  })

  test(`${title}: setting defaults twice is the same as once`, t => {
    fc.assert(
      fc.property(arbitraryDraft(version), draft => {
        const again = structuredClone(draft)
        applyDefaults(again, version)
        t.deepEqual(again, draft)
      }),
      RUNS,
    )
  })

  test(`${title}: defaults fit the schema`, t => {
    fc.assert(
      fc.property(arbitraryDraft(version), draft => {
        const { unknownFields, errors } = pruneAndCheck(draft, version.schema)
        t.deepEqual({ unknownFields, errors }, { unknownFields: [], errors: [] })
      }),
      RUNS,
    )
  })

  test(`${title}: whatever fits the schema is judged without a crash`, t => {
    const judgeAll = () =>
      fc.assert(
        fc.property(arbitraryDraft(version), arbitraryDraft(version), (draft, other) => {
          const object = version.toStorage?.(draft) ?? draft
          const current = version.toStorage?.(other) ?? other
          judge(kind, object, current)
          for (const column of version.columns) column.cell(draft as never, 0)
          for (const read of kind.selectableFields.values()) t.is(typeof read(object), 'string')
        }),
        RUNS,
      )
    t.notThrows(judgeAll)
  })
}

/** Everything the write path asks a kind about an object. */
function judge(kind: Kind, object: KubeObject, current: KubeObject): void {
  const errors = new FieldErrors()
  const { strategy } = kind
  const context = { nowMs: 0, user: 'admin' }
  strategy.prepareCreate?.(structuredClone(object), context)
  strategy.prepareUpdate?.(object, current, context)
  strategy.prepareStatusUpdate?.(object, current, context)
  validateMetadata(object.metadata, { namespaced: kind.namespaced, generateNameAllowed: true, kind }, errors)
  validateMetadataUpdate(object.metadata, current.metadata, errors)
  strategy.validate(object, errors)
  strategy.validateUpdate?.(object, current, errors)
  strategy.validateStatusUpdate?.(object, current, errors)
  strategy.claims?.(object)
  strategy.gracePeriodSeconds?.(object, undefined)
  strategy.warnings?.(object)
}

test('kinds are what clients know them by', t => {
  const shown = builtinKinds.map(({ plural, kind, namespaced, shortNames }) => [
    plural,
    kind,
    namespaced,
    ...shortNames,
  ])
  t.deepEqual(shown, [
    ['namespaces', 'Namespace', false, 'ns'],
    ['nodes', 'Node', false, 'no'],
    ['pods', 'Pod', true, 'po'],
    ['configmaps', 'ConfigMap', true, 'cm'],
    ['secrets', 'Secret', true],
    ['serviceaccounts', 'ServiceAccount', true, 'sa'],
    ['services', 'Service', true, 'svc'],
    ['events', 'Event', true, 'ev'],
    ['deployments', 'Deployment', true, 'deploy'],
    ['replicasets', 'ReplicaSet', true, 'rs'],
    ['endpointslices', 'EndpointSlice', true],
    ['leases', 'Lease', true],
  ])
})

test('secrets are secret and events are ephemeral, and nothing else is', t => {
  t.deepEqual(
    builtinKinds.filter(({ secret }) => secret).map(({ kind }) => kind),
    ['Secret'],
  )
  t.deepEqual(
    builtinKinds.filter(({ ephemeral }) => ephemeral).map(({ kind }) => kind),
    ['Event'],
  )
})
