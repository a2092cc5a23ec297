import test from 'ava'
import { resolveEnvironment } from '../../../../agents/node/environment/container-environment.ts'
import { RuntimeError } from '../../../../agents/node/runtime-driver.ts'
import type { Container } from '../../../../src/api/generated/types.ts'
import type { Pod } from '../../../../src/api/kinds/core/pod.ts'
import { fixedReferences } from '../volumes/fixed-references.ts'

const references = fixedReferences(
  { settings: { data: { COLOR: 'blue', SIZE: 'big' }, binaryData: { LOGO: 'AAEC' } } },
  { keys: { TOKEN: 's3cret', COLOR: 'red' } },
)
const place = {
  nodeName: 'node-1',
  hostIp: '192.0.2.10',
  podIp: '10.244.0.5',
  allocatable: { cpu: '3900m', memory: '8000000Ki' },
}

async function resolve(container: Partial<Container>, services = new Map<string, string>()) {
  const full = { name: 'app', image: 'x', ...container } as Container
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'default',
      name: 'web',
      uid: 'u-1',
      labels: { app: 'web', 'a/b': 'c' },
      annotations: { note: 'a "quoted" word' },
    },
    spec: { containers: [full, { name: 'other', image: 'x', resources: { limits: { memory: '64Mi' } } }] },
  } as Pod
  return Object.fromEntries(await resolveEnvironment(pod, full, { references, place, services }))
}

const failsWith = (message: string) => ({ instanceOf: RuntimeError, message })

test('envFrom in order with prefixes, then env; later ones count', async t => {
  const env = await resolve({
    envFrom: [
      { configMapRef: { name: 'settings' } },
      { prefix: 'MY_', configMapRef: { name: 'settings' } },
      { secretRef: { name: 'keys' } },
    ],
    env: [{ name: 'SIZE', value: 'small' }],
  })
  t.deepEqual(env, { COLOR: 'red', SIZE: 'small', MY_COLOR: 'blue', MY_SIZE: 'big', TOKEN: 's3cret' })
})

test('values see what came before, and services; not what comes after', async t => {
  const services = new Map([['DB_SERVICE_HOST', '10.96.0.9']])
  const env = await resolve(
    {
      envFrom: [{ configMapRef: { name: 'settings' } }],
      env: [
        { name: 'A', value: '$(COLOR)-$(LATER)-$$(COLOR)' },
        { name: 'LATER', value: '$(A)!' },
        { name: 'DB', value: 'tcp://$(DB_SERVICE_HOST)' },
      ],
    },
    services,
  )
  t.is(env['A'], 'blue-$(LATER)-$(COLOR)')
  t.is(env['LATER'], 'blue-$(LATER)-$(COLOR)!')
  t.is(env['DB'], 'tcp://10.96.0.9')
})

test('what is optional may be missing: the variable is left out', async t => {
  const env = await resolve({
    envFrom: [
      { configMapRef: { name: 'nowhere', optional: true } },
      { secretRef: { name: 'nowhere', optional: true } },
    ],
    env: [
      { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NONE', optional: true } } },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'nowhere', key: 'k', optional: true } } },
    ],
  })
  t.deepEqual(env, {})
})

test('what is missing is named, and no value is', async t => {
  const from = (valueFrom: object) => resolve({ env: [{ name: 'A', valueFrom }] })
  await t.throwsAsync(
    from({ configMapKeyRef: { name: 'nowhere', key: 'k' } }),
    failsWith('configmap "nowhere" not found'),
  )
  await t.throwsAsync(from({ secretKeyRef: { name: 'nowhere', key: 'k' } }), failsWith('secret "nowhere" not found'))
  await t.throwsAsync(
    from({ secretKeyRef: { name: 'keys', key: 'k' } }),
    failsWith("couldn't find key k in Secret default/keys"),
  )
  await t.throwsAsync(
    from({ configMapKeyRef: { name: 'settings', key: 'k' } }),
    failsWith("couldn't find key k in ConfigMap default/settings"),
  )
  await t.throwsAsync(
    resolve({ envFrom: [{ secretRef: { name: 'nowhere' } }] }),
    failsWith('secret "nowhere" not found'),
  )
})

test('fields of the pod', async t => {
  const paths = {
    NAME: 'metadata.name',
    NAMESPACE: 'metadata.namespace',
    UID: 'metadata.uid',
    LABEL: "metadata.labels['a/b']",
    NO_LABEL: "metadata.labels['none']",
    NOTE: "metadata.annotations['note']",
    NODE: 'spec.nodeName',
    ACCOUNT: 'spec.serviceAccountName',
    HOST: 'status.hostIP',
    IP: 'status.podIP',
  }
  const env = await resolve({
    env: Object.entries(paths).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } })),
  })
  t.deepEqual(env, {
    NAME: 'web',
    NAMESPACE: 'default',
    UID: 'u-1',
    LABEL: 'c',
    NO_LABEL: '',
    NOTE: 'a "quoted" word',
    NODE: 'node-1',
    ACCOUNT: 'default',
    HOST: '192.0.2.10',
    IP: '10.244.0.5',
  })
  await t.throwsAsync(resolve({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nothing' } } }] }), {
    message: /spec\.nothing/,
  })
})

test('amounts of the container, in units, rounded up; of the node where there is no limit', async t => {
  const of = (resource: string, divisor?: string, containerName?: string) => ({
    resourceFieldRef: { resource, ...(divisor && { divisor }), ...(containerName && { containerName }) },
  })
  const values = {
    CPU: of('limits.cpu'),
    CPU_MILLIS: of('limits.cpu', '1m'),
    REQUEST: of('requests.cpu', '1m'),
    MEMORY: of('limits.memory'),
    MEMORY_MI: of('limits.memory', '1Mi'),
    OTHER: of('limits.memory', '1Mi', 'other'),
    OTHER_CPU: of('limits.cpu', '1m', 'other'),
  }
  const env = await resolve({
    resources: { limits: { cpu: '1500m', memory: '100M' }, requests: { cpu: '250m' } },
    env: Object.entries(values).map(([name, valueFrom]) => ({ name, valueFrom })),
  })
  t.deepEqual(env, {
    CPU: '2',
    CPU_MILLIS: '1500',
    REQUEST: '250',
    MEMORY: '100000000',
    MEMORY_MI: '96',
    OTHER: '64',
    OTHER_CPU: '3900',
  })
})
