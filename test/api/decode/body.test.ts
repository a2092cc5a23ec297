import test from 'ava'
import { decodeBody } from '../../../src/api/decode/body.ts'

const encode = (text: string) => new TextEncoder().encode(text)

for (const mediaType of [
  undefined,
  '',
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]) {
  test(`${mediaType} is JSON`, t => {
    t.deepEqual(decodeBody(mediaType, encode('{"a":1,"a":2}')), { value: { a: 2 }, duplicateFields: ['a'] })
    t.throws(() => decodeBody(mediaType, encode('a: 1')), { name: 'ApiError' })
  })
}

for (const mediaType of ['application/yaml', 'application/apply-patch+yaml; x=y']) {
  test(`${mediaType} is YAML or JSON`, t => {
    t.deepEqual(decodeBody(mediaType, encode('a: 1')).value, { a: 1 })
    t.deepEqual(decodeBody(mediaType, encode('{"a": 1}')).value, { a: 1 })
    t.throws(() => decodeBody(mediaType, encode('a: 1\n---\nb: 2')), { message: /more than one document/ })
    t.throws(() => decodeBody(mediaType, encode('# nothing')), { message: /holds no object/ })
  })
}

test('refusals are those of the API', t => {
  const refuse = (mediaType: string, text: string, reason: string, message: RegExp) =>
    t.like(
      t.throws(() => decodeBody(mediaType, encode(text)), { name: 'ApiError', message }),
      { reason },
    )
  refuse(
    'text/xml',
    '<a/>',
    'UnsupportedMediaType',
    /accepted media types include: application\/json, application\/yaml, application\/vnd\.kubernetes\.protobuf/,
  )
  refuse('application/json', '{', 'BadRequest', /^the body of the request could not be read: line 1, column 2/)
  refuse('application/vnd.kubernetes.protobuf', '{}', 'BadRequest', /do not start with "k8s"/)
  refuse('application/yaml', 'a: yes', 'BadRequest', /yes is a boolean/)
  refuse('application/json', 'x'.repeat(3 * 1024 * 1024 + 1), 'RequestEntityTooLarge', /more than the limit of 3145728/)
  refuse('application/json', '['.repeat(100_000), 'BadRequest', /more than 500 objects and lists/)
})
