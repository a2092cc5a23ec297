import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { NewObject, Selection } from '../../../src/client/client.ts'
import type { Check } from './client-suite.ts'
import { configMap, deployment, pod, refusal } from './suite-objects.ts'

export function metadataChecks(check: Check): void {
  check('generation grows with the spec alone', async (t, { client, namespace }) => {
    const key = { namespace, name: 'web' }
    const created = await client.create(Deployment, deployment(namespace, 'web'))
    t.is(created.metadata.generation, 1)
    const labelled = await client.patch(Deployment, key, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } })
    t.is(labelled.metadata.generation, 1)
    const status = { ...labelled, status: { replicas: 1, observedGeneration: 1 } }
    t.is((await client.update(Deployment, status, { subresource: 'status' })).metadata.generation, 1)
    const scaled = await client.patch(Deployment, key, { type: 'merge', body: { spec: { replicas: 3 } } })
    t.is(scaled.metadata.generation, 2)
  })

  check('what the server owns is not changed by an update', async (t, { client, namespace }) => {
    const created = await client.create(ConfigMap, configMap(namespace, 'one'))
    const metadata = {
      namespace,
      name: 'one',
      creationTimestamp: '2001-01-01T00:00:00Z',
      generation: 7,
      deletionTimestamp: '2001-01-01T00:00:00Z',
    }
    const updated = await client.update(ConfigMap, { ...created, metadata, data: { a: '1' } })
    t.is(updated.metadata.uid, created.metadata.uid)
    t.is(updated.metadata.creationTimestamp, created.metadata.creationTimestamp)
    t.is(updated.metadata.generation, undefined)
    t.is(updated.metadata.deletionTimestamp, undefined)
  })

  check('an invalid name is Invalid, with its field', async (t, { client, namespace }) => {
    const error = await refusal(t, client.create(ConfigMap, configMap(namespace, 'Not_Valid')))
    t.is(error.code, 422)
    t.is(error.reason, 'Invalid')
    t.is(error.status.details?.causes?.[0]?.field, 'metadata.name')
  })

  check('an unknown field is refused, told or dropped, as asked', async (t, { client, namespace }) => {
    const odd = { ...configMap(namespace, 'one', { a: '1' }), colour: 'red' } as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, odd, { fieldValidation: 'Strict' }))
    t.is(error.code, 400)
    t.regex(error.message, /strict decoding error: unknown field "colour"/)
    const warnings: string[] = []
    const onWarning = (text: string) => warnings.push(text)
    const created = await client.create(ConfigMap, odd, { fieldValidation: 'Warn', onWarning })
    t.deepEqual(warnings, ['unknown field "colour"'])
    t.false('colour' in created)
    const silent = { ...odd, metadata: { namespace, name: 'two' } }
    await client.create(ConfigMap, silent, { fieldValidation: 'Ignore', onWarning })
    t.is(warnings.length, 1)
  })

  check('an unknown field of the metadata is found as well', async (t, { client, namespace }) => {
    const metadata = { namespace, name: 'one', colour: 'red' }
    const odd = { ...configMap(namespace, 'one'), metadata } as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, odd, { fieldValidation: 'Strict' }))
    t.regex(error.message, /unknown field "metadata.colour"/)
  })

  check('an object to be created has no resourceVersion yet', async (t, { client, namespace }) => {
    const metadata = { namespace, name: 'one', resourceVersion: '5' }
    t.is((await refusal(t, client.create(ConfigMap, { ...configMap(namespace, 'one'), metadata }))).code, 400)
  })

  check('lists come in pages of one revision', async (t, { client, namespace }) => {
    for (const name of ['a', 'b', 'c']) await client.create(ConfigMap, configMap(namespace, name))
    const first = await client.list(ConfigMap, { namespace, limit: 2 })
    t.deepEqual(
      first.items.map(item => item.metadata.name),
      ['a', 'b'],
    )
    t.is(first.remainingItemCount, 1)
    await client.create(ConfigMap, configMap(namespace, 'bb'))
    const rest = await client.list(ConfigMap, { namespace, limit: 2, continue: first.continue ?? '' })
    t.deepEqual(
      rest.items.map(item => item.metadata.name),
      ['c'],
    )
    t.is(rest.resourceVersion, first.resourceVersion)
    t.is(rest.continue, undefined)
  })

  check('lists are cut by namespace, labels and fields', async (t, { client, namespace }) => {
    for (const [name, node] of [
      ['a', 'node-1'],
      ['b', 'node-2'],
    ] as const) {
      const metadata = { namespace, name, labels: { on: node } }
      await client.create(Pod, {
        ...pod(namespace, name),
        metadata,
        spec: { ...pod(namespace, name).spec, nodeName: node },
      })
    }
    const names = async (selection: Selection) =>
      (await client.list(Pod, { namespace, ...selection })).items.map(item => item.metadata.name)
    t.deepEqual(await names({ labelSelector: 'on in (node-2)' }), ['b'])
    t.deepEqual(await names({ fieldSelector: 'spec.nodeName=node-1' }), ['a'])
    t.deepEqual(await names({ fieldSelector: 'metadata.name!=a' }), ['b'])
    t.deepEqual(await names({ fieldSelector: 'metadata.name=b,spec.nodeName=node-1' }), [])
    t.is((await refusal(t, client.list(Pod, { fieldSelector: 'spec.colour=red' }))).code, 400)
    t.is((await refusal(t, client.list(Pod, { labelSelector: 'a in (' }))).code, 400)
  })

  check('a value of a wrong type is refused with its path', async (t, { client, namespace }) => {
    const wrong = { ...configMap(namespace, 'one'), data: { a: 5 } } as unknown as NewObject<ConfigMap>
    const error = await refusal(t, client.create(ConfigMap, wrong))
    t.regex(error.message, /data\[a\]/)
  })

  check('nothing is created in a namespace that does not exist', async (t, { client }) => {
    const error = await refusal(t, client.create(ConfigMap, configMap('nowhere', 'one')))
    t.is(error.code, 404)
    t.is(error.message, 'namespaces "nowhere" not found')
  })

  check('scale shows and changes replicas', async (t, { client, namespace }) => {
    const key = { namespace, name: 'web' }
    await client.create(Deployment, deployment(namespace, 'web'))
    const body = { spec: { replicas: 4 } }
    const scale = (await client.patch(Deployment, key, { type: 'merge', body }, { subresource: 'scale' })) as unknown
    t.like(scale, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 4 },
      status: { selector: 'app=web' },
    })
    const found = await client.get(Deployment, key)
    t.is(found.spec.replicas, 4)
    t.is(found.metadata.generation, 2)
  })
}
