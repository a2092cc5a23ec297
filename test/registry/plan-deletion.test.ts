import test from 'ava'
import type { Kind } from '../../src/api/kind.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import type { KubeObject, ObjectMeta } from '../../src/api/object.ts'
import type { DeleteOptions } from '../../src/client/client.ts'
import { isReleased, planDeletion } from '../../src/registry/plan-deletion.ts'

const NOW = Date.parse('2030-01-01T00:00:00Z')

function object(metadata: Partial<ObjectMeta>, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', ...metadata }, ...more }
}

function plan(kind: unknown, current: KubeObject, options: DeleteOptions = {}) {
  const before = JSON.stringify(current)
  const result = planDeletion(kind as Kind, current, options, NOW)
  if (JSON.stringify(current) !== before) throw new Error('the current object was changed')
  return result.type === 'keep' ? result.draft.metadata : result.type
}

const bound = { spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 10, containers: [] } }

test('nothing holds it: removed', t => {
  t.is(plan(ConfigMap, object({})), 'remove')
})

test('a finalizer keeps it, with its time of deletion and a new generation', t => {
  t.like(plan(ConfigMap, object({ finalizers: ['a.b/c'], generation: 3 })), {
    finalizers: ['a.b/c'],
    deletionTimestamp: '2030-01-01T00:00:00Z',
    deletionGracePeriodSeconds: 0,
    generation: 4,
  })
})

test('deleting it again changes nothing but the propagation', t => {
  const going = object({
    finalizers: ['a.b/c'],
    deletionTimestamp: '2029-12-31T23:00:00Z',
    deletionGracePeriodSeconds: 0,
  })
  t.like(plan(ConfigMap, going), { deletionTimestamp: '2029-12-31T23:00:00Z' })
  t.like(plan(ConfigMap, going, { propagation: 'Orphan' }), { finalizers: ['a.b/c', 'orphan'] })
  const orphaning = object({ ...going.metadata, finalizers: ['orphan'] })
  t.is(plan(ConfigMap, orphaning, { propagation: 'Background' }), 'remove')
})

test('propagation is told to the garbage collector by a finalizer', t => {
  t.like(plan(ConfigMap, object({}), { propagation: 'Foreground' }), { finalizers: ['foregroundDeletion'] })
  t.like(plan(ConfigMap, object({}), { propagation: 'Orphan' }), { finalizers: ['orphan'] })
  t.like(plan(ConfigMap, object({ finalizers: ['orphan'] }), { propagation: 'Foreground' }), {
    finalizers: ['foregroundDeletion'],
  })
})

test('a pod on a node has its grace, which a request may set', t => {
  t.like(plan(Pod, object({}, bound)), { deletionTimestamp: '2030-01-01T00:00:10Z', deletionGracePeriodSeconds: 10 })
  t.like(plan(Pod, object({}, bound), { gracePeriodSeconds: 60 }), { deletionGracePeriodSeconds: 60 })
  t.is(plan(Pod, object({}, bound), { gracePeriodSeconds: 0 }), 'remove')
})

test('a pod that is on no node or has ended is removed', t => {
  t.is(plan(Pod, object({}, { spec: { containers: [] } })), 'remove')
  t.is(plan(Pod, object({}, { ...bound, status: { phase: 'Succeeded' } })), 'remove')
})

test('a repeated delete of a pod only shortens its grace', t => {
  const going = object({ deletionTimestamp: '2030-01-01T00:00:20Z', deletionGracePeriodSeconds: 30 }, bound)
  t.is(plan(Pod, going), 'unchanged')
  t.is(plan(Pod, going, { gracePeriodSeconds: 30 }), 'unchanged')
  t.like(plan(Pod, going, { gracePeriodSeconds: 5 }), {
    deletionTimestamp: '2029-12-31T23:59:55Z',
    deletionGracePeriodSeconds: 5,
  })
  t.is(plan(Pod, going, { gracePeriodSeconds: 0 }), 'remove')
})

test('a pod with a finalizer whose grace is over stays until the finalizer goes', t => {
  const metadata = { deletionTimestamp: '2030-01-01T00:00:20Z', deletionGracePeriodSeconds: 30, finalizers: ['a.b/c'] }
  const kept = plan(Pod, object(metadata, bound), { gracePeriodSeconds: 0 })
  t.like(kept, { deletionGracePeriodSeconds: 0, finalizers: ['a.b/c'] })
  t.false(isReleased(Pod as unknown as Kind, object(kept as ObjectMeta, bound)))
  const { finalizers: _, ...released } = kept as ObjectMeta
  t.true(isReleased(Pod as unknown as Kind, object(released, bound)))
})

test('a namespace terminates while its own finalizers hold it', t => {
  const namespace = object({}, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  const result = planDeletion(Namespace as unknown as Kind, namespace, {}, NOW)
  t.like(result, { type: 'keep', draft: { status: { phase: 'Terminating' } } })
  t.is(plan(Namespace, object({}, { spec: {} })), 'remove')
})
