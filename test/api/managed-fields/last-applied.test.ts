import test from 'ava'
import { applyServerSide } from '../../../src/api/managed-fields/apply-server-side.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'
import { sampleSchema } from './sample-schema.ts'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
const manifest = (spec: object) => ({ apiVersion: 'v1', kind: 'Sample', metadata: { name: 'a' }, spec })

/** As client-side apply leaves it: one manager, and the manifest beside the object. */
function live(spec: object, lastApplied: string): KubeObject {
  const managedFields = [
    {
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:strategy': { 'f:type': {} } } },
    },
  ]
  const metadata = { name: 'a', annotations: { [ANNOTATION]: lastApplied }, managedFields }
  return deepFreeze({ ...manifest(spec), metadata }) as unknown as KubeObject
}

function apply(object: KubeObject, spec: object, manager = 'kubectl') {
  const applied = deepFreeze(manifest(spec)) as unknown as KubeObject
  const request = { schema: sampleSchema, apiVersion: 'v1', force: false, time: '2026-01-01T00:00:00Z' }
  return applyServerSide({ live: object, applied, manager, ...request })
}

const spec = { replicas: 1, strategy: { type: 'Recreate' } }

test('what kubectl applied on the client side is its own on the server side too', t => {
  const result = apply(live(spec, JSON.stringify(manifest(spec))), { replicas: 2, strategy: { type: 'RollingUpdate' } })
  t.false('conflicts' in result)
})

test('a field that somebody changed since is a conflict all the same', t => {
  const changedSince = live({ ...spec, replicas: 5 }, JSON.stringify(manifest(spec)))
  const result = apply(changedSince, { replicas: 2, strategy: { type: 'RollingUpdate' } })
  t.true('conflicts' in result)
  if (!('conflicts' in result)) return
  t.deepEqual([...(result.conflicts[0]!.fields.children.get('f:spec')?.children.keys() ?? [])], ['f:replicas'])
})

test('another manager, another version, or no manifest at all gives nothing away', t => {
  t.true('conflicts' in apply(live(spec, JSON.stringify(manifest(spec))), { replicas: 2 }, 'other'))
  const otherVersion = JSON.stringify({ ...manifest(spec), apiVersion: 'v2' })
  for (const text of ['', 'nonsense', 'null', '[]', '{}', '{"apiVersion":"v1"}', otherVersion])
    t.true('conflicts' in apply(live(spec, text), { replicas: 2 }), text)
})
