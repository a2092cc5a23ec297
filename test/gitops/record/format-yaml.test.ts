import test from 'ava'
import fc from 'fast-check'
import { MANIFEST_LIMITS } from '../../../src/api/decode/limits.ts'
import { parseYamlDocuments } from '../../../src/api/decode/yaml.ts'
import { formatYaml } from '../../../src/gitops/record/format-yaml.ts'

test('writes what people read', t => {
  const value = {
    name: 'web',
    items: [{ path: 'a b', blob: '1e3' }, 'x'],
    none: [],
    yes: 'yes',
    n: 3,
    gone: undefined,
    deep: { a: [[1]] },
  }
  t.is(
    formatYaml(value),
    'name: web\nitems:\n  - path: "a b"\n    blob: "1e3"\n  - x\nnone: []\n"yes": "yes"\n"n": 3\ndeep:\n  a:\n    -\n      - 1\n',
  )
})

test('what is written is read back', t => {
  const json = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 })
  fc.assert(
    fc.property(json, value => {
      const expected = JSON.parse(JSON.stringify(value))
      // Integers that JavaScript cannot hold are refused by the reader.
      fc.pre(!/\d{16}|e\+/.test(JSON.stringify(expected)))
      const [document] = parseYamlDocuments(Buffer.from(formatYaml(expected)), MANIFEST_LIMITS)
      return JSON.stringify(document?.value) === JSON.stringify(expected)
    }),
  )
  t.pass()
})
