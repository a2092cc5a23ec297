import test from 'ava'
import { Namespace } from '../../../../src/api/kinds/core/namespace.ts'
import { cellsOf, drafted } from '../kind-samples.ts'

const context = { nowMs: 0, user: 'admin' }

test('a new namespace is active, held by its finalizer, and carries its name', t => {
  const namespace = drafted(Namespace, { metadata: { name: 'apps', labels: { a: 'b' } } })
  t.deepEqual(namespace.metadata.labels, { a: 'b', 'kubernetes.io/metadata.name': 'apps' })
  t.deepEqual(namespace.spec, { finalizers: ['kubernetes'] })
  t.deepEqual(namespace.status, { phase: 'Active' })
  t.is(cellsOf(Namespace, namespace)['Status'], 'Active')
  t.is(Namespace.selectableFields.get('status.phase')?.(namespace), 'Active')
})

test('only finalize changes finalizers', t => {
  const current = drafted(Namespace, { metadata: { name: 'apps' } })
  const draft = structuredClone(current)
  draft.spec = { finalizers: [] }
  Namespace.strategy.prepareUpdate?.(draft, current, context)
  t.deepEqual(draft.spec, { finalizers: ['kubernetes'] })
})

test('names are labels', t => {
  t.is(Namespace.strategy.validateName('apps'), undefined)
  t.truthy(Namespace.strategy.validateName('apps.example'))
})
