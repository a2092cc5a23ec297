import { isIP } from 'node:net'
import test from 'ava'
import fc from 'fast-check'
import { isIPAddress, isIPv4, isIPv6 } from '../../../src/api/validation/ip-address.ts'

test('addresses are those that Node knows too', t => {
  const pieces = fc.constantFrom('1', '255', '256', '01', 'f', 'ffff', '0', 'fffff', '', 'g')
  const texts = fc
    .tuple(fc.array(pieces, { maxLength: 10 }), fc.constantFrom('.', ':', '::'))
    .map(([parts, by]) => parts.join(by))
  fc.assert(
    fc.property(fc.oneof(texts, fc.ipV4(), fc.ipV6(), fc.string()), text => {
      if (text.includes('%')) return
      t.is(isIPAddress(text), isIP(text) !== 0, text)
    }),
  )
})

test('each family knows its own', t => {
  t.true(isIPv4('10.96.0.1'))
  t.false(isIPv4('010.96.0.1'))
  t.false(isIPv4('::1'))
  for (const text of ['::', '::1', '2001:db8::ffff', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8']) t.true(isIPv6(text), text)
  for (const text of ['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '10.0.0.1', '::10.0.0']) t.false(isIPv6(text), text)
})
