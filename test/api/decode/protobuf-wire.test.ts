import test from 'ava'
import fc from 'fast-check'
import { WireReader } from '../../../src/api/decode/protobuf-wire.ts'

test('numbers of any size are read exactly or refused', t => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      const bytes: number[] = []
      let rest = BigInt.asUintN(64, value)
      for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
      const reader = new WireReader(Uint8Array.from([...bytes, Number(rest)]))
      if (Number.isSafeInteger(Number(value))) t.is(reader.integer(), Number(value))
      else t.throws(() => reader.integer(), { message: /beyond/ })
    }),
  )
})

test('what is skipped is not read', t => {
  const reader = new WireReader(Uint8Array.from([0x80, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 2, 9, 9, 1, 2, 3, 4, 0x08]))
  for (const wireType of [0, 1, 2, 5] as const) reader.skip(wireType)
  t.deepEqual(reader.field(), { number: 1, wireType: 0 })
  t.true(reader.done)
})
