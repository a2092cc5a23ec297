import test from 'ava'
import fc from 'fast-check'
import { approvalsInMessage, deleteListOf, isApproved, namesDigest } from '../../../src/gitops/guard/approval.ts'

const ref = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name })
const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'))

test('the digest is of the set: order does not matter, application and members do', t => {
  fc.assert(
    fc.property(
      names,
      list => deleteListOf('a', list.map(ref)).digest === deleteListOf('a', [...list].reverse().map(ref)).digest,
    ),
  )
  t.not(deleteListOf('a', [ref('x')]).digest, deleteListOf('b', [ref('x')]).digest)
  t.not(deleteListOf('a', [ref('x')]).digest, deleteListOf('a', [ref('x'), ref('y')]).digest)
})

test('an approval covers what is left of its list, and nothing that was added', t => {
  fc.assert(
    fc.property(names, names, (approved, now) => {
      const approval = {
        ...deleteListOf('a', approved.map(ref)),
        by: 'ann',
        objects: [...deleteListOf('a', approved.map(ref)).objects],
      }
      return isApproved(deleteListOf('a', now.map(ref)), approval) === now.every(name => approved.includes(name))
    }),
  )
  t.false(isApproved(deleteListOf('a', [ref('x')]), undefined))
})

test('a digest is named by 12 of its first digits or more', t => {
  const { digest } = deleteListOf('a', [ref('x')])
  t.true(namesDigest(digest, digest))
  t.true(namesDigest(digest.slice(0, 12), digest))
  for (const wrong of ['', digest.slice(0, 11), `${digest}0`, 'x'.repeat(12), digest.slice(1, 14)])
    t.false(namesDigest(wrong, digest), wrong)
})

test('trailers name a digest, with or without the application', t => {
  const message = 'Remove\n\nPintle-Approve: abc\npintle-approve: web def\nPintle-Approve: other ghi\n'
  t.deepEqual(approvalsInMessage(message, 'web'), ['abc', 'def'])
})
