import test from 'ava'
import fc from 'fast-check'
import { parseFieldSelector } from '../../../src/api/selector/field-selector.ts'

const fields: Record<string, string> = { 'metadata.name': 'web', 'metadata.namespace': 'a', 'spec.nodeName': '' }
const read = (field: string) => fields[field]
const allowed = ['spec.nodeName', 'status.phase']

const cases: [string, boolean][] = [
  ['', true],
  ['metadata.name=web', true],
  ['metadata.name==web', true],
  ['metadata.name=web,metadata.namespace=a', true],
  ['metadata.name=web,metadata.namespace=b', false],
  ['metadata.name!=web', false],
  ['spec.nodeName=', true],
  ['spec.nodeName!=', false],
  ['status.phase=', true],
  ['status.phase!=Failed,status.phase!=Succeeded', true],
  [' metadata.name = web ', true],
]

for (const [selector, expected] of cases) {
  test(`${JSON.stringify(selector)} ${expected ? 'selects' : 'does not select'} the object`, t => {
    t.is(parseFieldSelector(selector, allowed).matches(read), expected)
  })
}

test('a value that the selector fixes can be read off', t => {
  const matcher = parseFieldSelector('metadata.name=web,spec.nodeName!=n', allowed)
  t.is(matcher.required('metadata.name'), 'web')
  t.is(matcher.required('spec.nodeName'), undefined)
  t.true(parseFieldSelector('', []).matchesEverything)
})

const refused: [string, RegExp][] = [
  [
    'spec.foo=1',
    /field label not supported: spec\.foo \(supported: metadata\.name, metadata\.namespace, spec\.nodeName/,
  ],
  ['metadata.name', /not of the form field=value/],
  ['=x', /not of the form/],
  ['metadata.name=a=b', /write/],
  ['metadata.name=a\\b', /write/],
  ['metadata.name=a\\', /write/],
  [Array(101).fill('metadata.name=a').join(), /more than 100 terms/],
  ['x'.repeat(100_001), /more than 100000 characters/],
]

for (const [selector, message] of refused) {
  test(`${JSON.stringify(selector.slice(0, 30))} is a bad request`, t => {
    t.throws(() => parseFieldSelector(selector, allowed), { name: 'ApiError', message })
  })
}

test('any value survives escaping', t => {
  fc.assert(
    fc.property(
      fc.string().map(text => text.trim()),
      value => {
        const escaped = value.replace(/[\\,=]/g, '\\$&')
        t.is(parseFieldSelector(`metadata.name=${escaped},metadata.namespace=a`, []).required('metadata.name'), value)
      },
    ),
  )
})
