import test from 'ava'
import fc from 'fast-check'
import { decodeBody } from '../../../src/api/decode/body.ts'
import { BODY_LIMITS } from '../../../src/api/decode/limits.ts'
import { decodeProtobuf } from '../../../src/api/decode/protobuf.ts'
import { protobufSamples } from './protobuf-samples.ts'

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
const decode = (bytes: Uint8Array) => decodeProtobuf(bytes, BODY_LIMITS)

for (const [name, { protobuf, json }] of Object.entries(protobufSamples)) {
  test(`kubectl's ${name} is the same in protobuf as in JSON`, t => {
    const { value } = decodeBody('application/vnd.kubernetes.protobuf', bytesOf(protobuf))
    t.deepEqual(value, json as never)
  })
}

/** A field with a length: number, wire type 2, bytes. */
function part(number: number, ...bytes: (number | number[])[]): number[] {
  const flat = bytes.flat()
  return [...varint(number * 8 + 2), ...varint(flat.length), ...flat]
}

function integer(number: number, value: number | bigint): number[] {
  return [...varint(number * 8), ...varint(value)]
}

function varint(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

const text = (value: string) => [...new TextEncoder().encode(value)]

function envelope(apiVersion: string, kind: string, raw: number[], ...more: number[][]): Uint8Array {
  const typeMeta = part(1, part(1, text(apiVersion)), part(2, text(kind)))
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...typeMeta, ...part(2, raw), ...more.flat()])
}

const decoded = (apiVersion: string, kind: string, ...raw: number[][]) =>
  decode(envelope(apiVersion, kind, raw.flat())).value

test('scalars of the API', t => {
  const lease = part(2, part(1, text('me')), integer(2, 0), part(3, integer(1, 1_700_000_000), integer(2, 123_456_789)))
  t.deepEqual(decoded('coordination.k8s.io/v1', 'Lease', lease), {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    spec: { holderIdentity: 'me', leaseDurationSeconds: 0, acquireTime: '2023-11-14T22:13:20.123456Z' },
  })
  const metadata = part(
    1,
    part(1, text('a')),
    integer(7, 0),
    part(8),
    part(9, integer(1, 1_700_000_000)),
    part(11, part(1, text('__proto__')), part(2, text('x'))),
  )
  const { value } = decode(envelope('v1', 'ConfigMap', metadata))
  t.is(
    JSON.stringify(value),
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","deletionTimestamp":"2023-11-14T22:13:20Z","labels":{"__proto__":"x"}}}',
  )
  const secret = decoded('v1', 'Secret', part(2, part(1, text('k')), part(2, [0, 255])), part(2, part(1, text('e'))))
  t.deepEqual(secret, { apiVersion: 'v1', kind: 'Secret', data: { k: 'AP8=', e: '' } })
})

test('embedded JSON, negative numbers, packed lists and unknown fields', t => {
  const revision = decoded('apps/v1', 'ControllerRevision', part(2, part(1, text('{"a":[1]}'))), integer(3, -5))
  t.deepEqual(revision, { apiVersion: 'apps/v1', kind: 'ControllerRevision', data: { a: [1] }, revision: -5 })
  const pod = decoded('v1', 'Pod', part(2, part(14, part(4, [...varint(7), ...varint(8)])), part(999, text('new'))))
  t.deepEqual(pod, { apiVersion: 'v1', kind: 'Pod', spec: { securityContext: { supplementalGroups: [7, 8] } } })
})

test('options are known in every group', t => {
  const zero = { kind: 'DeleteOptions', gracePeriodSeconds: 0, propagationPolicy: 'Background' }
  for (const apiVersion of ['v1', 'apps/v1', 'meta.k8s.io/v1']) {
    t.deepEqual(decoded(apiVersion, 'DeleteOptions', integer(1, 0), part(4, text('Background'))), {
      apiVersion,
      ...zero,
    })
  }
})

test('a body in JSON inside the envelope', t => {
  const json = '{"apiVersion":"example.com/v1","kind":"Widget"}'
  const bytes = envelope('example.com/v1', 'Widget', text(json), part(4, text('application/json')))
  t.deepEqual(decode(bytes).value, JSON.parse(json))
})

const wrong: [string, Uint8Array, RegExp][] = [
  ['no magic', Uint8Array.from([1, 2, 3]), /do not start with "k8s"/],
  ['nothing', new Uint8Array(), /do not start with "k8s"/],
  [
    'an unknown kind',
    envelope('example.com/v1', 'Widget', []),
    /no protobuf form of Widget in example\.com\/v1 is known: send it as JSON/,
  ],
  ['no kind', Uint8Array.from([0x6b, 0x38, 0x73, 0]), /an unnamed kind/],
  ['a truncated message', envelope('v1', 'Pod', [0x0a, 0x7f, 1]), /the bytes end in the middle/],
  ['a wrong wire type', envelope('v1', 'Pod', integer(2, 5)), /^spec: wire type 0 where 2 belongs/],
  ['a group', envelope('v1', 'Pod', [0x0b]), /unknown wire type 3/],
  ['an endless number', envelope('v1', 'Pod', Array(11).fill(0xff)), /more than ten bytes/],
  [
    'a number too large',
    envelope('apps/v1', 'ControllerRevision', integer(3, 2n ** 53n)),
    /^revision: the whole number 9007199254740992 is beyond/,
  ],
  [
    'text that is no UTF-8',
    envelope('v1', 'Pod', part(1, part(1, [0xff]))),
    /^metadata\.name: a text is not valid UTF-8/,
  ],
  [
    'a time out of range',
    envelope('v1', 'Pod', part(1, part(8, integer(1, 2 ** 52)))),
    /^metadata\.creationTimestamp: a time is out of range/,
  ],
  [
    'wrong JSON inside',
    envelope('apps/v1', 'ControllerRevision', part(2, part(1, text('{')))),
    /^data: line 1|^data: /,
  ],
  ['another content encoding', envelope('v1', 'Pod', [], part(3, text('gzip'))), /unknown content encoding/],
]

for (const [name, bytes, message] of wrong) {
  test(`refuses ${name}`, t => {
    t.throws(() => decode(bytes), { name: 'DecodeError', message })
  })
}

test('the size is bounded', t => {
  t.like(
    t.throws(() => decode(new Uint8Array(4 * 1024 * 1024))),
    { kind: 'tooLarge' },
  )
})

test('damaged bytes are decoded or refused, never anything else', t => {
  const samples = Object.values(protobufSamples).map(({ protobuf }) => bytesOf(protobuf))
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(400), fc.nat(255), fc.boolean(), (sample, at, byte, cut) => {
      const bytes = Uint8Array.from(sample)
      bytes[4 + (at % (bytes.length - 4))] = byte
      try {
        decode(cut ? bytes.subarray(0, at) : bytes)
        t.pass()
      } catch (error) {
        t.is((error as Error).name, 'DecodeError')
      }
    }),
    { numRuns: 1_000 },
  )
})
