import test from 'ava'
import fc from 'fast-check'
import { hashJson, hashText, podTemplateHash } from '../../src/api/hash.ts'

/** FNV-1a 64 over UTF-16 code units, low byte first, with big integers: slow and obvious. */
function slowHash(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    for (const byte of [unit & 0xff, unit >>> 8]) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n)
  }
  let encoded = ''
  for (let digit = 0; digit < 10; digit += 1) {
    encoded += 'bcdfghjklmnpqrstvwxz2456789'[Number(hash % 27n)]
    hash /= 27n
  }
  return encoded
}

test('it is FNV-1a', t => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => t.is(hashText(text), slowHash(text))))
})

test('the hash of a template never changes: pods on disk are found by it', t => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', command: ['node'] }] } }
  t.is(
    podTemplateHash(template),
    slowHash(JSON.stringify(template).replace('"name":"web","command":["node"]', '"command":["node"],"name":"web"')),
  )
  t.is(podTemplateHash(template), 'b46wwkb7gb')
  t.not(podTemplateHash(template, 1), podTemplateHash(template))
  t.regex(podTemplateHash(template), /^[a-z0-9]{10}$/)
})

test('the order of keys does not matter', t => {
  t.is(hashJson({ a: 1, b: 2 }), hashJson({ b: 2, a: 1 }))
  t.not(hashJson({ a: 1 }), hashJson({ a: 2 }))
})
