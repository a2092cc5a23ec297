import test from 'ava'
import { AddressPool } from '../../../agents/node/address-pool.ts'

test('addresses in turn, without network and broadcast, and again when they are free', t => {
  const pool = new AddressPool('10.244.3.0/29')
  const first = Array.from({ length: 6 }, () => pool.allocate(new Set()))
  t.deepEqual(
    first,
    [1, 2, 3, 4, 5, 6].map(each => `10.244.3.${each}`),
  )
  t.is(pool.allocate(new Set(first.slice(0, 2))), '10.244.3.3', 'the longest unused that is free')
})

test('a full range says so', t => {
  const pool = new AddressPool('10.244.3.0/30')
  t.throws(() => pool.allocate(new Set(['10.244.3.1', '10.244.3.2'])), {
    message: 'all 2 pod addresses of this node are in use',
  })
})

test('it may begin anywhere in the range', t => {
  t.is(new AddressPool('127.97.0.0/16', 300).allocate(new Set()), '127.97.1.45')
  t.is(new AddressPool('127.97.0.0/30', 7).allocate(new Set()), '127.97.0.2')
})

for (const cidr of ['10.0.0.0/31', '10.0.0.0/32', 'nonsense', '10.0.0.0/x', '']) {
  test(`${JSON.stringify(cidr)} is no range`, t => {
    t.throws(() => new AddressPool(cidr), { message: /no range of pod addresses/ })
  })
}
