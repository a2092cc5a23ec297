import test from 'ava'
import fc from 'fast-check'
import type { Json } from '../../../src/api/object.ts'
import { applyJsonPatch, JSON_PATCH_COPIED_MAX, JSON_PATCH_OPERATIONS_MAX } from '../../../src/api/patch/json-patch.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'

const apply = (current: Json, ...operations: Json[]) => applyJsonPatch(deepFreeze(current), deepFreeze(operations))

/** Those of RFC 6902, appendix A, and around them. */
const examples: [string, Json, Json[], Json][] = [
  ['add a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['add an item', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  ['add at the end', { a: [1] }, [{ op: 'add', path: '/a/-', value: [2] }], { a: [1, [2]] }],
  ['add in place of a member', { a: 1 }, [{ op: 'add', path: '/a', value: null }], { a: null }],
  ['remove a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/b' }], { a: 1 }],
  ['remove an item', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
  ['replace', { a: [1, { b: 2 }] }, [{ op: 'replace', path: '/a/1/b', value: 3 }], { a: [1, { b: 3 }] }],
  ['replace all', { a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
  ['move a member', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  ['move an item', { a: [1, 2, 3, 4] }, [{ op: 'move', from: '/a/1', path: '/a/3' }], { a: [1, 3, 4, 2] }],
  ['move to itself', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  [
    'copy',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'add', path: '/c/d', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 1, d: 2 } },
  ],
  ['test', { a: { b: [1] } }, [{ op: 'test', path: '/a', value: { b: [1] } }], { a: { b: [1] } }],
  [
    'escapes',
    { 'a/b': 1, 'm~n': 2 },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'replace', path: '/m~0n', value: 3 },
    ],
    { 'm~n': 3 },
  ],
  ['unknown members', { a: 1 }, [{ op: 'add', path: '/b', value: 2, xyz: 3 }], { a: 1, b: 2 }],
  ['an empty key', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  [
    'values of the patch changed later',
    {},
    [
      { op: 'add', path: '/a', value: { b: 1 } },
      { op: 'add', path: '/a/c', value: 2 },
    ],
    { a: { b: 1, c: 2 } },
  ],
]

for (const [name, current, operations, expected] of examples) {
  test(name, t => t.deepEqual(apply(current, ...operations), expected))
}

const refused: [Json, Json, string, RegExp][] = [
  [
    { a: 1 },
    { op: 'test', path: '/a', value: 2 },
    'Invalid',
    /operation 0 \(test \/a\): the value there is another one/,
  ],
  [{ a: 1 }, { op: 'test', path: '/a', value: '1' }, 'Invalid', /testing failed/],
  [{ a: 1 }, { op: 'remove', path: '/b' }, 'Invalid', /there is no "b" in the object/],
  [{ a: {} }, { op: 'replace', path: '/a/b', value: 1 }, 'Invalid', /there is no "b" in \/a/],
  [{}, { op: 'add', path: '/a/b', value: 1 }, 'Invalid', /there is no "a" in the object/],
  [{ a: 1 }, { op: 'add', path: '/a/b', value: 1 }, 'Invalid', /\/a is neither an object nor a list/],
  [{ a: [1] }, { op: 'add', path: '/a/2', value: 1 }, 'Invalid', /"2" is no item of the list \/a, which has 1/],
  [{ a: [1] }, { op: 'remove', path: '/a/-' }, 'Invalid', /"-" is no item/],
  [{ a: [1] }, { op: 'add', path: '/a/01', value: 1 }, 'Invalid', /"01" is no item/],
  [{ a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' }, 'Invalid', /cannot be moved into itself/],
  [{ a: 1 }, { op: 'remove', path: '' }, 'Invalid', /cannot be removed/],
  [{}, { op: 'remove', path: '/constructor' }, 'Invalid', /there is no "constructor"/],
  [{}, { op: 'replace', path: '/__proto__', value: {} }, 'Invalid', /there is no "__proto__"/],
  [{}, { op: 'jump', path: '/a' }, 'BadRequest', /op "jump" is none of add, remove/],
  [{}, { op: 'add', path: 'a', value: 1 }, 'BadRequest', /path "a" is no JSON pointer/],
  [{}, { op: 'add', path: '/~2', value: 1 }, 'BadRequest', /is no JSON pointer/],
  [{}, { op: 'add', path: '/a' }, 'BadRequest', /add needs a value/],
  [{}, { op: 'copy', path: '/a' }, 'BadRequest', /from undefined is no JSON pointer/],
  [{}, 'add', 'BadRequest', /must be an object with op and path/],
]

for (const [current, operation, reason, message] of refused) {
  test(`refuses ${JSON.stringify(operation)} on ${JSON.stringify(current)}`, t => {
    t.like(
      t.throws(() => apply(current, operation), { name: 'ApiError', message }),
      { reason },
    )
  })
}

test('a patch is a list, and a bounded one', t => {
  t.like(
    t.throws(() => applyJsonPatch({}, { op: 'add' })),
    { reason: 'BadRequest' },
  )
  const add = { op: 'add', path: '/a', value: 1 }
  t.deepEqual(applyJsonPatch({}, Array(JSON_PATCH_OPERATIONS_MAX).fill(add)), { a: 1 })
  t.like(
    t.throws(() => applyJsonPatch({}, Array(JSON_PATCH_OPERATIONS_MAX + 1).fill(add)), {
      message: /maximum operations.*10000, got 10001/,
    }),
    { reason: 'RequestEntityTooLarge', code: 413 },
  )
})

test('copies cannot grow without end', t => {
  const large = { a: 'x'.repeat(JSON_PATCH_COPIED_MAX) }
  t.like(
    t.throws(() => applyJsonPatch(large, [{ op: 'copy', from: '/a', path: '/b' }])),
    { code: 413 },
  )
  const double = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/x${index}` }))
  t.like(
    t.throws(() => applyJsonPatch({ a: { b: 'text' } }, double)),
    { code: 413 },
  )
})

test('keys of prototypes are data', t => {
  const current = JSON.parse('{"a":{}}')
  const patched = apply(
    current,
    { op: 'add', path: '/a/__proto__', value: { polluted: true } },
    { op: 'add', path: '/a/__proto__/x', value: 1 },
  )
  t.is(JSON.stringify(patched), '{"a":{"__proto__":{"polluted":true,"x":1}}}')
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
  t.is(JSON.stringify(apply(patched, { op: 'remove', path: '/a/__proto__' })), '{"a":{}}')
})

test('a failing operation leaves nothing behind, and what did not change is shared', t => {
  const current = deepFreeze({ a: { b: 1 }, c: { d: 1 } })
  t.throws(() =>
    applyJsonPatch(current, [
      { op: 'add', path: '/a/x', value: 1 },
      { op: 'test', path: '/a', value: 1 },
    ]),
  )
  t.deepEqual(current, { a: { b: 1 }, c: { d: 1 } })
  const patched = applyJsonPatch(current, [{ op: 'add', path: '/a/x', value: 1 }]) as { c: unknown }
  t.is(patched.c, current.c)
})

test('removing what was added gives the object back', t => {
  const keys = fc.string().map(key => key.replaceAll('~', '~0').replaceAll('/', '~1'))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), keys, fc.jsonValue(), (members, key, value) => {
      const current = deepFreeze(JSON.parse(JSON.stringify({ a: members }))) as { a: Record<string, Json> }
      const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
      fc.pre(!Object.hasOwn(current.a, name))
      const path = `/a/${key}`
      const add = { op: 'add', path, value: value as Json }
      t.deepEqual(
        applyJsonPatch(current, [add, { op: 'test', path, value: value as Json }, { op: 'remove', path }]),
        current,
      )
    }),
  )
})
