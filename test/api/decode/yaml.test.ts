import test from 'ava'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { MANIFEST_LIMITS } from '../../../src/api/decode/limits.ts'
import { parseYamlDocuments } from '../../../src/api/decode/yaml.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const parse = (text: string, limits = MANIFEST_LIMITS) => parseYamlDocuments(encode(text), limits)
const values = (text: string) => parse(text).map(document => document.value)

test('documents, comments and white space', t => {
  t.deepEqual(values(''), [])
  t.deepEqual(values('# nothing\n\n---\n# here\n--- # or here\n'), [])
  t.deepEqual(values('---\na: 1\n---\n\n---\nb: 2\n...\n---\n~\n'), [{ a: 1 }, { b: 2 }])
  t.deepEqual(values('a: 1\r\nb: |\r\n  x\r\n  y\r\n'), [{ a: 1, b: 'x\ny\n' }])
  t.deepEqual(values('\ufeffa: 1\n'), [{ a: 1 }])
  t.deepEqual(values('a:\nb: ""\nc: "null"\n'), [{ a: null, b: '', c: 'null' }])
})

test('JSON is read as JSON, flow mappings as YAML', t => {
  t.deepEqual(values(' {"a": "yes", "b": [1]}'), [{ a: 'yes', b: [1] }])
  t.deepEqual(values('{a: 1, b: [x, 2]}'), [{ a: 1, b: ['x', 2] }])
  t.deepEqual(values('{"a": 1}\n---\n{"b": 2}\n'), [{ a: 1 }, { b: 2 }])
})

test('quotes, tags and keys', t => {
  t.deepEqual(values(`a: "yes"\nb: 'on'\nc: !!str 012\nd: !!int "7"\ne: ! 5\n8080: x\n"yes": y1\ntrue: z\n1.5: q`), [
    { a: 'yes', b: 'on', c: '012', d: 7, e: '5', '8080': 'x', yes: 'y1', true: 'z', '1.5': 'q' },
  ])
  t.deepEqual(Object.keys(values('__proto__: {a: 1}\nconstructor: 2')[0] as object), ['__proto__', 'constructor'])
})

test('anchors, aliases and merges', t => {
  t.deepEqual(values('a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\nf: {"<<": 1}\n'), [
    { a: { b: 1, c: 2 }, d: { b: 1, c: 2 }, e: { b: 1, c: 3 }, f: { '<<': 1 } },
  ])
  t.deepEqual(values('a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n'), [
    { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } },
  ])
  t.deepEqual(values('a: &x 1\nb: *x\na2: &x 2\nc: *x'), [{ a: 1, b: 1, a2: 2, c: 2 }])
  t.deepEqual(values('&k key: 1\n*k : 2\n')[0], { key: 2 })
})

test('members given more than once are reported, the last one counts', t => {
  const [document] = parse('a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n')
  t.deepEqual(document?.value, { a: 3, b: [{ c: 2 }] })
  t.deepEqual(document?.duplicateFields, ['b[0].c', 'a'])
})

test('lines can be asked for', t => {
  const [first, second] = parse('# head\na:\n  - b: 1\n    c: 2\n---\n\nd: {e: 5}\n')
  t.is(first?.line, 2)
  t.is(first?.lineOf([]), 2)
  t.is(first?.lineOf(['a', 0, 'c']), 4)
  t.is(first?.lineOf(['a', 0, 'missing']), 3)
  t.is(second?.line, 7)
  t.is(second?.lineOf(['d', 'e']), 7)
  const [json] = parse('\n{\n "a": {\n  "b": 1}}')
  t.is(json?.line, 2)
  t.is(json?.lineOf(['a', 'b']), 4)
})

const wrong: [string, RegExp][] = [
  ['a: yes', /^line 1, column 4: a: yes is a boolean to some/],
  ['a: {b: [1, on]}', /^line 1, column 12: a\.b\[1\]: on is a boolean/],
  ['on: 1', /^line 1, column 1: on is a boolean/],
  ['a: 1\n\tb: 2', /^line 2/],
  ['a:\n\t- b', /^line 2, column 1: .*[Tt]ab/],
  ['a: [1', /^line 1/],
  ['a: "x', /^line 1/],
  ['a: b: c', /^line 1/],
  ['  a: 1\n b: 2', /^line 2/],
  ['a: *x', /^line 1, column 4: a: this alias \(\*\) names an anchor that is not defined before it/],
  ['a: &x [*x]', /this alias stands inside the value that it names/],
  ['a: !foo 1', /this tag \(!\) does not fit the value/],
  ['a: !!binary aGk=', /this tag \(!\) does not fit/],
  ['a: !!set {b}', /this tag \(!\) does not fit the value or is not supported/],
  ['a: !!int x', /this tag \(!\) does not fit/],
  ['? [a]\n: 1', /a mapping's key must be a text/],
  ['? {a: 1}\n: 1', /a mapping's key must be a text/],
  [': 1', /a key is missing/],
  ['012: 1', /the key 012 is not a text; put it in quotes/],
  ['a: {<<: 1}', /<< merges mappings only/],
  ['a: "b\u0000c"', /^line 1, column 6: the control character U\+0000 is not allowed/],
  ['a: b\u0007', /U\+0007/],
  ['a: 9007199254740993', /beyond ±9007199254740991/],
]

for (const [text, message] of wrong) {
  test(`refuses ${JSON.stringify(text)}`, t => {
    t.throws(() => parse(text), { name: 'DecodeError', message })
  })
}

test('bytes that are no UTF-8 are refused', t => {
  t.throws(() => parseYamlDocuments(Uint8Array.from([0x61, 0x3a, 0xff]), MANIFEST_LIMITS), {
    message: 'line 1, column 3: the bytes are not valid UTF-8',
  })
})

test('bombs are refused quickly', t => {
  const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: &a${n} [${n === 0 ? '1' : `*a${n - 1},*a${n - 1}`}]`)
  t.throws(() => parse(aliases.join('\n')), { message: /more than 200000 values, aliases expanded/ })
  t.throws(() => parse(`a: &x [1]\n${'['.repeat(100_000)}`), { name: 'DecodeError' })
  t.throws(() => parse(`a: ${'['.repeat(300)}${']'.repeat(300)}`), { message: /more than 200 objects and lists/ })
  t.throws(() => parse(`${'- '.repeat(300)}x`), { message: /more than 200 objects and lists/ })
  t.throws(() => parse('{"a":'.repeat(100_000)), { message: /more than 200 objects and lists/ })
  t.throws(() => parse('- '.repeat(20_000)), { message: /line 1, column 401: more than 200 objects and lists/ })
  t.throws(() => parse('? '.repeat(20_000)), { message: /more than 200 objects and lists/ })
  t.throws(() => parse(`a: &a ${'x'.repeat(10_000)}\nb: [${'*a,'.repeat(10_000)}]`), {
    message: /more than 1048576 characters, aliases expanded/,
  })
  const merges = Array.from({ length: 2_000 }, (_, n) => `a${n + 1}: &a${n + 1} {<<: *a${n}, k${n}: 1}`)
  t.throws(() => parse(['a0: &a0 {}', ...merges].join('\n')), { message: /more than 200000 values/ })
  t.throws(() => parse('---\na: 1\n'.repeat(1_100)), { message: /more than 1000 documents/ })
  t.throws(() => parse('---\n'.repeat(200_000)), { message: /more than 1000 documents/ })
  t.throws(() => parse('x'.repeat(2 * 1024 * 1024)), { message: /more than the limit of 1048576/ })
})

/** Texts that every writer of YAML puts in quotes when it must. */
const yamlJson = fc
  .jsonValue({ maxDepth: 4 })
  .filter(
    value =>
      !/(?<![.\d])\d{16,}(?![.\de])|[\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff]|\\u|-0/.test(JSON.stringify(value)),
  )

test('brackets and dashes in texts are no nesting', t => {
  const script = Array.from({ length: 2_000 }, () => 'if [[ $x == "{" ]]; then echo "[[["; - - fi').join('\n')
  const rule = '- '.repeat(500)
  const text = `data:\n  script: |\n${`${script}\n${rule}`.replace(/^/gm, '    ')}\n`
  t.deepEqual(values(text), [{ data: { script: `${script}\n${rule}\n` } }])
  const many = `items: [${Array.from({ length: 2_000 }, () => '[{a: [1]}]').join()}]\n`
  t.is((values(many)[0] as { items: unknown[] }).items.length, 2_000)
})

test('what is written as YAML is read back', t => {
  fc.assert(
    fc.property(yamlJson, value => {
      const text = stringify(
        { value },
        { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' },
      )
      t.deepEqual(values(text), [{ value: JSON.parse(JSON.stringify(value)) }], text)
    }),
  )
})

test('no error quotes a value: it may be a password', t => {
  const values = [
    '*hunter2',
    '!hunter2',
    '"hunter2\\q"',
    'a\n hunter2\nhunter2',
    '0899',
    '9007199254740993',
    '%hunter2',
  ]
  for (const value of values) {
    const error = t.throws(() => parse(`data:\n  password: ${value}\n`), { name: 'DecodeError' })
    t.false(/hunter2|0899|9007199254740993/.test(error.message.replaceAll('±9007199254740991', '')), error.message)
  }
})
