import test from 'ava'
import { parseMediaType, parseMediaTypes } from '../../src/server/media-type.ts'

test('parameters come in any order and case, quoted or not', t => {
  const { type, parameters } = parseMediaType('Application/JSON; v="v1";AS=Table ;g=meta.k8s.io')
  t.is(type, 'application/json')
  t.deepEqual([...parameters].sort(), [
    ['as', 'Table'],
    ['g', 'meta.k8s.io'],
    ['v', 'v1'],
  ])
})

test('entries are sorted by quality, and those with none are left out', t => {
  const types = parseMediaTypes('text/html;q=0.2, application/json;q=0.9, */*;q=0, application/yaml')
  t.deepEqual(
    types.map(each => each.type),
    ['application/yaml', 'application/json', 'text/html'],
  )
})

test('a comma or semicolon in quotes separates nothing', t => {
  const types = parseMediaTypes('a/b;x="1,2;3\\"4", c/d')
  t.deepEqual(
    types.map(each => [each.type, each.parameters.get('x')]),
    [
      ['a/b', '1,2;3"4'],
      ['c/d', undefined],
    ],
  )
})
