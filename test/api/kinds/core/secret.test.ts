import test from 'ava'
import { ConfigMap } from '../../../../src/api/kinds/core/config-map.ts'
import { Secret } from '../../../../src/api/kinds/core/secret.ts'
import { drafted, errorsOf, updateErrorsOf } from '../kind-samples.ts'

const secret = (more: object) => drafted(Secret, { metadata: { name: 's', namespace: 'default' }, ...more })
const configMap = (more: object) => drafted(ConfigMap, { metadata: { name: 'c', namespace: 'default' }, ...more })

test('stringData is written into data and never kept', t => {
  const object = secret({ data: { a: 'QQ==', b: 'Qg==' }, stringData: { b: 'ä', __proto: 'x' } })
  t.deepEqual(object.data, { a: 'QQ==', b: Buffer.from('ä').toString('base64'), __proto: 'eA==' })
  t.false('stringData' in object)
  t.is(object.type, 'Opaque')
})

test('a key named __proto__ is a key', t => {
  const object = secret(JSON.parse('{"stringData":{"__proto__":"x"}}'))
  t.deepEqual(Object.entries(object.data ?? {}), [['__proto__', 'eA==']])
})

test('large values are encoded whole', t => {
  const text = 'x'.repeat(100_000)
  t.is(secret({ stringData: { a: text } }).data?.['a'], Buffer.from(text).toString('base64'))
})

test('keys are file names, and types have their keys', t => {
  t.deepEqual(errorsOf(Secret, secret({ stringData: { 'a.b-c_D': 'x' } })), [])
  const errors = errorsOf(Secret, secret({ stringData: { 'a/b': 'x', '..': 'y', '..c': 'z' } }))
  t.is(errors.length, 3)
  t.regex(errors[0] ?? '', /^data\[a\/b\]: Invalid value: "a\/b": a valid config key must consist of/)
  t.deepEqual(errorsOf(Secret, secret({ type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x' } })), [
    'data[tls.key]: Required value',
  ])
  t.deepEqual(errorsOf(Secret, secret({ type: 'kubernetes.io/service-account-token' })), [
    'metadata.annotations[kubernetes.io/service-account.name]: Required value',
  ])
})

test('together values are at most a mebibyte', t => {
  t.deepEqual(errorsOf(Secret, secret({ stringData: { a: 'x'.repeat(1024 * 1024) } })), [])
  t.deepEqual(errorsOf(Secret, secret({ stringData: { a: 'x'.repeat(1024 * 1024), b: 'y' } })), [
    'data: Too long: may not be more than 1048576 bytes',
  ])
  t.deepEqual(
    errorsOf(ConfigMap, configMap({ data: { a: 'x'.repeat(1024 * 1024 - 1) }, binaryData: { b: 'eHg=' } })).length,
    1,
  )
})

test('errors never show a value', t => {
  const errors = errorsOf(Secret, secret({ stringData: { 'a/b': 'hunter2' } }))
  const changes = updateErrorsOf(
    Secret,
    secret({ stringData: { a: 'hunter3' } }),
    secret({ immutable: true, stringData: { a: 'hunter2' } }),
  )
  t.is(changes.length, 2)
  t.notRegex([...errors, ...changes].join(), /hunter|aHVudGVy/)
})

test('an immutable object stays as it is, and immutable', t => {
  const current = configMap({ immutable: true, data: { a: 'x' } })
  t.deepEqual(updateErrorsOf(ConfigMap, configMap({ immutable: true, data: { a: 'x' } }), current), [])
  t.deepEqual(updateErrorsOf(ConfigMap, configMap({ data: { a: 'y' } }), current), [
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
})

test('a key stands in data or in binaryData', t => {
  t.deepEqual(errorsOf(ConfigMap, configMap({ data: { a: 'x' }, binaryData: { a: 'eA==' } })), [
    'data[a]: Invalid value: "a": duplicate of key present in binaryData',
  ])
})
