import test from 'ava'
import fc from 'fast-check'
import { judgeDeletes } from '../../../src/gitops/guard/judge-deletes.ts'

const refs = (count: number, kind = 'ConfigMap') =>
  Array.from({ length: count }, (_, index) => ({ apiVersion: 'v1', kind, namespace: 'a', name: `m${index}` }))

const judge = (deletes: number, inventoryCount: number, more: object = {}) =>
  judgeDeletes({ deletes: refs(deletes), inventoryCount, directoryGone: false, treeEmpty: false, ...more }).held

test('deletes are held beyond 5, or beyond 30 % when they are at least 2', t => {
  for (const [deletes, of, held] of [
    [0, 0, false],
    [1, 1, false],
    [1, 2, false],
    [2, 7, false],
    [2, 6, true],
    [3, 10, false],
    [4, 10, true],
    [5, 100, false],
    [6, 1_000, true],
  ] as const) {
    t.is(judge(deletes, of), held, `${deletes} of ${of}`)
  }
})

test('a gone directory, an empty tree and protected kinds hold even one', t => {
  t.true(judge(1, 100, { directoryGone: true }))
  t.true(judge(1, 100, { treeEmpty: true }))
  for (const kind of ['Namespace', 'PersistentVolume', 'PersistentVolumeClaim', 'Node'])
    t.true(judge(1, 100, { deletes: refs(1, kind) }), kind)
  const definition = [{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'x' }]
  t.true(judge(1, 100, { deletes: definition }))
  t.false(judge(1, 100, { deletes: [{ apiVersion: 'example.com/v1', kind: 'Node', name: 'x' }] }))
})

test('holding says why, and a longer list is never let through where a shorter one is held', t => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(200), (a, b, of) => {
      const [few, many] = [Math.min(a, b), Math.max(a, b)]
      const verdict = judgeDeletes({ deletes: refs(few), inventoryCount: of, directoryGone: false, treeEmpty: false })
      if (verdict.held !== verdict.reasons.length > 0) return false
      return !verdict.held || judge(many, of)
    }),
  )
  t.pass()
})
