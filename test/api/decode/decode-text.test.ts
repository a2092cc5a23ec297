import test from 'ava'
import fc from 'fast-check'
import { decodeText } from '../../../src/api/decode/decode-text.ts'

test('text comes back as it was', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      t.is(decodeText(new TextEncoder().encode(text), 1_000_000), text.replace(/^\ufeff/, ''))
    }),
  )
})

test('what is no UTF-8 is refused, with the place', t => {
  const refuse = (bytes: number[], message: RegExp) =>
    t.throws(() => decodeText(Uint8Array.from(bytes), 10), { name: 'DecodeError', message })
  refuse([0x61, 0x0a, 0x62, 0xff], /^line 2, column 2: the bytes are not valid UTF-8$/)
  refuse([0xc0, 0x80], /^line 1, column 1/)
  refuse([0xed, 0xa0, 0x80], /not valid UTF-8/)
  refuse([0xe2, 0x82], /not valid UTF-8/)
  refuse(Array(11).fill(0x61), /^11 bytes are more than the limit of 10$/)
})
