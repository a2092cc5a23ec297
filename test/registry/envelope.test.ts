import test from 'ava'
import { createEnvelopes } from '../../src/registry/envelope.ts'
import { createSystemCipher } from '../../src/registry/system-cipher.ts'
import { StoreError } from '../../src/store/store.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'

const envelopes = createEnvelopes(createSystemCipher({ id: 3, key: new Uint8Array(32).fill(1) }), new SeededRandom(1))
const body = Buffer.from('{"apiVersion":"v1","kind":"Secret","data":{"password":"c2VjcmV0"}}')
const key = '/pintle/core/secrets/default/one'

test('a plain value is wrapped and unwrapped, sharing its buffer', t => {
  const value = envelopes.wrap(key, body, false)
  const unwrapped = envelopes.unwrap(key, value)
  t.deepEqual(Buffer.from(unwrapped), body)
  t.is(unwrapped.buffer, value.buffer)
})

test('a secret value shows nothing of its content, and is never the same twice', t => {
  const value = Buffer.from(envelopes.wrap(key, body, true))
  t.false(value.includes('password'))
  t.notDeepEqual(value, Buffer.from(envelopes.wrap(key, body, true)))
  t.deepEqual(Buffer.from(envelopes.unwrap(key, value)), body)
})

for (const secret of [false, true]) {
  test(`damage to any byte is noticed, and named by the key (${secret ? 'secret' : 'plain'})`, t => {
    const value = envelopes.wrap(key, body, secret)
    for (let at = 0; at < value.length; at++) {
      const damaged = Uint8Array.from(value)
      damaged[at]! ^= 0x10
      const error = t.throws(() => envelopes.unwrap(key, damaged), { instanceOf: StoreError })
      t.is(error.code, 'corrupt')
      t.true(error.message.includes(key))
      t.notRegex(error.message, /password/)
    }
    for (let length = 0; length < value.length; length++) {
      t.throws(() => envelopes.unwrap(key, value.subarray(0, length)), { instanceOf: StoreError })
    }
  })

  test(`a value that stands under another key is not accepted (${secret ? 'secret' : 'plain'})`, t => {
    const value = envelopes.wrap(key, body, secret)
    t.throws(() => envelopes.unwrap('/pintle/core/secrets/default/two', value), { instanceOf: StoreError })
  })
}

test('an older key still decrypts, an unknown one is named', t => {
  const old = { id: 1, key: new Uint8Array(32).fill(1) }
  const current = { id: 2, key: new Uint8Array(32).fill(2) }
  const value = createEnvelopes(createSystemCipher(old), new SeededRandom(1)).wrap(key, body, true)
  const rotated = createEnvelopes(createSystemCipher(current, [old]), new SeededRandom(1))
  t.deepEqual(Buffer.from(rotated.unwrap(key, value)), body)
  const stranger = createEnvelopes(createSystemCipher(current), new SeededRandom(1))
  t.throws(() => stranger.unwrap(key, value), { message: /encryption key 1 is not known here/ })
})
