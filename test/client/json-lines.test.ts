import test from 'ava'
import fc from 'fast-check'
import { JsonLines } from '../../src/client/json-lines.ts'

test('however a stream is cut, its values are the same', t => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.array(fc.nat(40), { maxLength: 30 }), (values, cuts) => {
      const bytes = Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join(''))
      const seen: unknown[] = []
      const lines = new JsonLines(value => seen.push(value))
      let at = 0
      for (const cut of [...cuts, bytes.length]) {
        lines.push(bytes.subarray(at, at + cut))
        at = Math.min(at + cut, bytes.length)
      }
      lines.push(bytes.subarray(at))
      return JSON.stringify(seen) === JSON.stringify(values.map(value => JSON.parse(JSON.stringify(value))))
    }),
  )
  t.pass()
})

test('an unfinished line is no value, an endless one an error', t => {
  const seen: unknown[] = []
  const lines = new JsonLines(value => seen.push(value))
  lines.push(Buffer.from('{"a":1}\n{"b"'))
  t.deepEqual(seen, [{ a: 1 }])
  t.throws(() => lines.push(Buffer.alloc(17 * 1024 * 1024, 'x')), { message: /longer than/ })
})
