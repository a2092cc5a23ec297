import test from 'ava'
import fc from 'fast-check'
import { parseJson, parseJsonText } from '../../../src/api/decode/json.ts'
import { BODY_LIMITS } from '../../../src/api/decode/limits.ts'

const parse = (text: string) => parseJsonText(text, BODY_LIMITS)

/** Without whole numbers that are beyond 2^53. */
const exactJson = fc.jsonValue().filter(value => !/(?<![.\d])\d{16,}(?![.\de])/.test(JSON.stringify(value)))

test('it reads what JSON.parse reads', t => {
  fc.assert(
    fc.property(exactJson, fc.constantFrom(0, 1, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const expected = JSON.parse(text.replace(/(?<=[[:, ]|^)-0(?=[,\]} \n]|$)/g, '0'))
      t.deepEqual(parse(text), { value: expected, duplicateFields: [] })
    }),
  )
})

test('it refuses what JSON.parse refuses', t => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '0',
    '.',
    'e',
    'true',
    'nul',
    ' ',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 10 }), parts => {
      const text = parts.join('')
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      if (valid) t.notThrows(() => parse(text))
      else t.throws(() => parse(text), { name: 'DecodeError' })
    }),
    { numRuns: 2_000 },
  )
})

const wrong: [string, RegExp][] = [
  ['', /^line 1, column 1: there is nothing here/],
  ['{"a": 1,\n "b": }', /^line 2, column 7: "}" is not the start of a JSON value$/],
  ['{"a": 1\n "b": 2}', /^line 2, column 2: "\\"" where ',' or '}' belongs$/],
  ['{a: 1}', /"a" where a member's name in quotes belongs/],
  ['{"a": 1,}', /"}" where a member's name/],
  ['[1,]', /"]" is not the start/],
  ['[1', /the end where ',' or ']' belongs/],
  ['"abc', /a text without its closing quote/],
  ['"a\tb"', /a control character inside a text/],
  ['"\\x"', /an escape that JSON does not have/],
  ['01', /"1" after the end/],
  ['+1', /"\+" is not the start/],
  ['-', /"-" is not the start/],
  ['NaN', /"N" is not the start/],
  ['{} {}', /"{" after the end/],
  [
    '{"spec":{"replicas":9007199254740993}}',
    /spec\.replicas: the whole number 9007199254740993 is beyond ±9007199254740991/,
  ],
  ['{"a":[0,{"b":-9007199254740992}]}', /a\[1\]\.b: the whole number/],
  ['[1e999]', /\[0\]: 1e999 is out of range/],
  [`[${'9'.repeat(400)}]`, /\[0\]: 9{40}\.\.\. is out of range/],
]

for (const [text, message] of wrong) {
  test(`refuses ${text.slice(0, 40)}`, t => {
    t.throws(() => parse(text), { name: 'DecodeError', message })
  })
}

test('members given more than once are reported with their path, and the last one counts', t => {
  t.deepEqual(parse('{"a":1,"b":[{"c":1,"c":2,"c":3}],"a":{"a":4}}'), {
    value: { a: { a: 4 }, b: [{ c: 3 }] },
    duplicateFields: ['b[0].c', 'a'],
  })
  t.is(parse(`{${'"a":1,'.repeat(1_000)}"a":1}`).duplicateFields.length, 1)
  const many = Array.from({ length: 200 }, (_, index) => `"k${index}":1,"k${index}":1`).join()
  t.is(parse(`{${many}}`).duplicateFields.length, 100)
})

test('no key reaches a prototype', t => {
  const { value } = parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}')
  t.deepEqual(Object.keys(value as object), ['__proto__', 'constructor', 'toString'])
  t.is(Object.getPrototypeOf(value), Object.prototype)
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
  t.deepEqual(parse('{"__proto__":1,"__proto__":2}').duplicateFields, ['__proto__'])
})

test('half surrogate pairs become U+FFFD, minus zero becomes zero', t => {
  t.is(parse('"a\\ud800b"').value, 'a\ufffdb')
  t.is(parse('"\\ud83d\\ude00"').value, '😀')
  t.true(Object.is(parse('-0').value, 0))
  t.true(Object.is(parse('-0.0').value, 0))
  t.is(parse('9007199254740991').value, Number.MAX_SAFE_INTEGER)
  t.is(parse('0.10000000000000000555').value, 0.1)
})

test('bytes: a mark at the start is skipped, wrong UTF-8 and too many are refused', t => {
  const encode = (text: string) => new TextEncoder().encode(text)
  t.deepEqual(parseJson(encode('\ufeff{"a":"ä"}'), BODY_LIMITS).value, { a: 'ä' })
  const broken = encode('{"a":\n"xy"}')
  broken[7] = 0xff
  t.throws(() => parseJson(broken, BODY_LIMITS), { message: 'line 2, column 2: the bytes are not valid UTF-8' })
  const big = t.throws(() => parseJson(encode('1'.repeat(4 * 1024 * 1024)), BODY_LIMITS), { name: 'DecodeError' })
  t.like(big, { kind: 'tooLarge', message: '4194304 bytes are more than the limit of 3145728' })
})

test('nesting is bounded, and a bomb costs nothing', t => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  t.notThrows(() => parse(nested(500)))
  t.throws(() => parse(nested(501)), { message: /column 501: more than 500 objects and lists inside one another/ })
  t.throws(() => parse('{"a":'.repeat(100_000)), { message: /more than 500/ })
})
