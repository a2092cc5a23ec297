import test from 'ava'
import { volumeContent } from '../../../../agents/node/volumes/volume-content.ts'
import type { Volume } from '../../../../src/api/generated/types.ts'
import type { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { fixedReferences } from './fixed-references.ts'

const references = fixedReferences(
  { settings: { data: { 'a.txt': 'text', 'b.txt': 'more' }, binaryData: { 'c.bin': 'AAH/' } } },
  { keys: { token: 's3cret' } },
)
const place = { nodeName: 'n', hostIp: '192.0.2.1', podIp: '10.244.0.5', allocatable: { cpu: '2', memory: '1Gi' } }
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'web', labels: { b: 'two', a: 'one "1"' } },
  spec: { containers: [{ name: 'app', image: 'x', resources: { limits: { memory: '64Mi' } } }] },
} as unknown as Pod

/** Path -> [content, mode in octal]. */
async function read(volume: Partial<Volume>) {
  const files = await volumeContent({ name: 'v', ...volume } as Volume, pod, references, place)
  return Object.fromEntries(
    (files ?? []).map(({ path, bytes, mode }) => [path, [Buffer.from(bytes).toString('latin1'), mode.toString(8)]]),
  )
}

test('a ConfigMap: each key a file, binary data as bytes', async t => {
  t.deepEqual(await read({ configMap: { name: 'settings', defaultMode: 0o440 } }), {
    'a.txt': ['text', '440'],
    'b.txt': ['more', '440'],
    'c.bin': ['\x00\x01\xff', '440'],
  })
})

test('items choose keys, paths and modes; a key that is not there is named', async t => {
  const items = [
    { key: 'a.txt', path: 'deep/er/a', mode: 0o600 },
    { key: 'c.bin', path: 'c' },
  ]
  t.deepEqual(await read({ configMap: { name: 'settings', items } }), {
    'deep/er/a': ['text', '600'],
    c: ['\x00\x01\xff', '644'],
  })
  const missing = { name: 'settings', items: [{ key: 'none', path: 'x' }] }
  await t.throwsAsync(read({ configMap: missing }), { message: 'configmap settings references non-existent key: none' })
  t.deepEqual(await read({ configMap: { ...missing, optional: true } }), {})
  const outside = { name: 'settings', items: [{ key: 'a.txt', path: '../x' }] }
  await t.throwsAsync(read({ configMap: outside }), { message: /is no path inside a volume/ })
})

test('a Secret, and one that may be missing', async t => {
  t.deepEqual(await read({ secret: { secretName: 'keys', defaultMode: 0o400 } }), { token: ['s3cret', '400'] })
  await t.throwsAsync(read({ secret: { secretName: 'none' } }), { message: 'secret "none" not found' })
  t.deepEqual(await read({ secret: { secretName: 'none', optional: true } }), {})
})

test('the downward API: labels as lines by key, amounts in units', async t => {
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    { path: 'memory', resourceFieldRef: { containerName: 'app', resource: 'limits.memory', divisor: '1Mi' } },
  ]
  t.deepEqual(await read({ downwardAPI: { items } }), {
    labels: ['a="one \\"1\\""\nb="two"', '644'],
    memory: ['64', '644'],
  })
  const wrong = [{ path: 'm', resourceFieldRef: { containerName: 'none', resource: 'limits.memory' } }]
  await t.throwsAsync(read({ downwardAPI: { items: wrong } }), { message: /there is no container none/ })
})

test('a projected volume joins its sources, the later one counts; what is not supported is named', async t => {
  const sources = [
    { configMap: { name: 'settings', items: [{ key: 'a.txt', path: 'token' }] } },
    { secret: { name: 'keys' } },
    { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
  ]
  t.deepEqual(await read({ projected: { sources, defaultMode: 0o444 } }), {
    token: ['s3cret', '444'],
    name: ['web', '444'],
  })
  await t.throwsAsync(read({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }), {
    message: /serviceAccountToken/,
  })
})
