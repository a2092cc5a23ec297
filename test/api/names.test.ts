import test from 'ava'
import { whyNoDns1035Label, whyNoDnsLabel, whyNoDnsSubdomain, whyNoPathSegment } from '../../src/api/names.ts'

test('a label has lower case letters, digits and dashes inside', t => {
  for (const name of ['a', '0', 'my-name', '123-abc', 'a'.repeat(63)]) t.is(whyNoDnsLabel(name), undefined, name)
  for (const name of ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'ä', 'a\n'])
    t.regex(whyNoDnsLabel(name) ?? '', /RFC 1123 label/)
  t.is(whyNoDnsLabel('a'.repeat(64)), 'must be no more than 63 characters')
})

test('a service name starts with a letter', t => {
  t.is(whyNoDns1035Label('abc-123'), undefined)
  t.regex(whyNoDns1035Label('123-abc') ?? '', /DNS-1035 label .* start with an alphabetic character/)
})

test('a subdomain is labels with dots between', t => {
  for (const name of ['a', 'example.com', '1.2.3', 'a'.repeat(253)]) t.is(whyNoDnsSubdomain(name), undefined, name)
  for (const name of ['', '.', 'a..b', 'a.', '.a', 'a.-b', 'A.b'])
    t.regex(whyNoDnsSubdomain(name) ?? '', /RFC 1123 subdomain/)
  t.is(whyNoDnsSubdomain('a'.repeat(254)), 'must be no more than 253 characters')
})

test('a path segment is anything that cannot leave its place', t => {
  for (const name of ['system:node', 'A b', '...']) t.is(whyNoPathSegment(name), undefined, name)
  for (const name of ['.', '..', 'a/b', 'a%2fb']) t.truthy(whyNoPathSegment(name), name)
})
