import test from 'ava'
import { FieldErrors } from '../../../src/api/field-errors.ts'
import type { Kind } from '../../../src/api/kind.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import type { ObjectMeta } from '../../../src/api/object.ts'
import {
  ANNOTATIONS_BYTES_MAX,
  validateMetadata,
  validateMetadataUpdate,
} from '../../../src/api/validation/metadata.ts'

const GOOD: ObjectMeta = { name: 'a', namespace: 'default' }

function errorsOf(
  meta: Partial<ObjectMeta>,
  kind: Pick<Kind, 'namespaced' | 'strategy'> = ConfigMap,
  generateNameAllowed = false,
) {
  const errors = new FieldErrors()
  const rules = { namespaced: kind.namespaced, generateNameAllowed, kind }
  validateMetadata({ ...GOOD, ...meta }, rules, errors)
  return errors.list.map(({ field, message }) => `${field}: ${message}`)
}

test('good metadata has nothing to complain about', t => {
  t.deepEqual(errorsOf({}), [])
  t.deepEqual(
    errorsOf({
      labels: { app: 'hello', 'example.com/tier': '', A_b: 'x.y' },
      annotations: { 'Example.com/Note': 'any text\n' },
      finalizers: ['kubernetes', 'example.com/hold'],
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }],
    }),
    [],
  )
})

test('a name must be there, or be about to be made', t => {
  t.deepEqual(errorsOf({ name: '' }), ['metadata.name: Required value: name or generateName is required'])
  t.deepEqual(errorsOf({ name: '', generateName: 'a-' }, ConfigMap, true), [])
  t.regex(errorsOf({ name: 'A' })[0] ?? '', /^metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain/)
  t.regex(
    errorsOf({ name: '', generateName: 'A-' }, ConfigMap, true)[0] ?? '',
    /^metadata.generateName: Invalid value: "A-"/,
  )
})

test('a namespace stands where it belongs, and only there', t => {
  const { namespace: _, ...rest } = GOOD
  const errors = new FieldErrors()
  validateMetadata(rest, { namespaced: true, generateNameAllowed: false, kind: ConfigMap }, errors)
  t.deepEqual(
    errors.list.map(({ field, reason }) => [field, reason]),
    [['metadata.namespace', 'FieldValueRequired']],
  )
  t.deepEqual(errorsOf({}, Namespace), ['metadata.namespace: Forbidden: not allowed on this type'])
})

test('labels, finalizers and owners follow their rules', t => {
  t.regex(errorsOf({ labels: { 'a b': 'c' } })[0] ?? '', /^metadata.labels: Invalid value: "a b": name part/)
  t.regex(errorsOf({ labels: { a: 'b c' } })[0] ?? '', /^metadata.labels: Invalid value: "b c": a valid label/)
  t.is(errorsOf({ finalizers: ['mine'] }).length, 1)
  t.is(errorsOf({ finalizers: ['orphan', 'foregroundDeletion'] }).length, 1)
  t.deepEqual(errorsOf({ ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] }), [
    'metadata.ownerReferences[0].apiVersion: Invalid value: "": version must not be empty',
    'metadata.ownerReferences[0].kind: Invalid value: "": must not be empty',
    'metadata.ownerReferences[0].name: Invalid value: "": must not be empty',
    'metadata.ownerReferences[0].uid: Invalid value: "": must not be empty',
  ])
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true }
  t.regex(errorsOf({ ownerReferences: [owner, owner] })[0] ?? '', /Only one reference can have Controller set to true/)
})

test('annotations are bounded together, in bytes', t => {
  const text = 'ä'.repeat((ANNOTATIONS_BYTES_MAX - 2) / 2)
  t.deepEqual(errorsOf({ annotations: { a: text, b: '' } }), [])
  t.deepEqual(errorsOf({ annotations: { a: `${text}x` } }), [])
  t.deepEqual(errorsOf({ annotations: { a: `${text}xy` } }), [
    `metadata.annotations: Too long: may not be more than ${ANNOTATIONS_BYTES_MAX} bytes`,
  ])
})

test('an update keeps what names the object, and adds no finalizer to what is going', t => {
  const current: ObjectMeta = { ...GOOD, uid: 'u', creationTimestamp: '2026-11-20T22:58:00Z' }
  const errors = new FieldErrors()
  validateMetadataUpdate({ ...current, name: 'b', uid: 'v', labels: { a: 'b' } }, current, errors)
  t.deepEqual(
    errors.list.map(({ field }) => field),
    ['metadata.name', 'metadata.uid'],
  )
  const going = { ...current, deletionTimestamp: '2026-11-20T22:59:00Z', finalizers: ['a/b'] }
  const late = new FieldErrors()
  validateMetadataUpdate({ ...going, finalizers: ['a/b', 'c/d'] }, going, late)
  t.deepEqual(
    late.list.map(({ field, reason }) => [field, reason]),
    [['metadata.finalizers', 'FieldValueForbidden']],
  )
  const released = new FieldErrors()
  validateMetadataUpdate({ ...going, finalizers: [] }, going, released)
  t.deepEqual(released.list, [])
})
