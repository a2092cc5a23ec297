import test from 'ava'
import { KindRegistry } from '../../../src/api/kind-registry.ts'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { openApiV2Document } from '../../../src/api/openapi/open-api-v2.ts'

/** Field number -> values, for messages whose fields are all length-delimited or varints. */
function readMessage(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>()
  let offset = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (offset < bytes.length) {
    const tag = varint()
    if ((tag & 7) === 0) {
      varint()
      continue
    }
    const length = varint()
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), bytes.subarray(offset, offset + length)])
    offset += length
  }
  return fields
}

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const one = (message: Map<number, Uint8Array[]>, field: number) =>
  readMessage(message.get(field)?.[0] ?? new Uint8Array())

/** Map entries of a `Named...` list. */
function entries(messages: readonly Uint8Array[]): Map<string, Map<number, Uint8Array[]>> {
  return new Map(messages.map(readMessage).map(entry => [text(entry.get(1)?.[0]), one(entry, 2)]))
}

const document = readMessage(openApiV2Document(new KindRegistry([ConfigMap, Deployment])))
const definitions = entries(one(document, 9).get(1) ?? [])
const paths = entries(one(document, 8).get(2) ?? [])

test('a patch takes the four forms and fieldValidation, and names its kind', t => {
  const path = paths.get('/apis/apps/v1/namespaces/{namespace}/deployments/{name}')
  t.truthy(path)
  const patch = one(path!, 8)
  t.deepEqual((patch.get(7) ?? []).map(text), [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
  ])
  const parameters = (patch.get(8) ?? []).map(item => text(one(one(one(readMessage(item), 1), 2), 3).get(4)?.[0]))
  t.deepEqual(parameters, ['dryRun', 'fieldManager', 'fieldValidation', 'force'])
  const extensions = new Map(
    (patch.get(13) ?? []).map(readMessage).map(each => [text(each.get(1)?.[0]), text(one(each, 2).get(2)?.[0])]),
  )
  t.deepEqual(JSON.parse(extensions.get('x-kubernetes-group-version-kind') ?? ''), {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
  })
})

test('definitions refer only to definitions that are there', t => {
  const references = [
    ...Buffer.from(openApiV2Document(new KindRegistry([ConfigMap, Deployment])))
      .toString('latin1')
      .matchAll(/#\/definitions\/([\w.-]+)/g),
  ]
  t.true(references.length > 100)
  // A name is followed by the next field's bytes, which may look like a part of it.
  for (const [, name = ''] of references)
    t.true(
      [...definitions.keys()].some(key => name.startsWith(key)),
      name,
    )
})

test('merge keys stand on lists', t => {
  const properties = entries(one(definitions.get('io.k8s.api.core.v1.PodSpec')!, 25).get(1) ?? [])
  const containers = properties.get('containers')!
  const extensions = new Map(
    (containers.get(31) ?? []).map(readMessage).map(each => [text(each.get(1)?.[0]), text(one(each, 2).get(2)?.[0])]),
  )
  t.is(extensions.get('x-kubernetes-patch-merge-key'), '"name"')
  t.is(extensions.get('x-kubernetes-patch-strategy'), '"merge"')
  t.deepEqual((one(containers, 22).get(1) ?? []).map(text), ['array'])
})

test('what may be a number or a text is a text', t => {
  const quantity = definitions.get('io.k8s.apimachinery.pkg.api.resource.Quantity')!
  t.deepEqual((one(quantity, 22).get(1) ?? []).map(text), ['string'])
})
