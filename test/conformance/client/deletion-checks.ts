import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Check } from './client-suite.ts'
import { configMap, pod, refusal } from './suite-objects.ts'

export function deletionChecks(check: Check): void {
  const held = (namespace: string) => ({
    ...configMap(namespace, 'one'),
    metadata: { namespace, name: 'one', finalizers: ['example.com/hold'] },
  })

  check('a finalizer holds an object until it is taken off, and none can be added', async (t, context) => {
    const { client, namespace } = context
    const key = { namespace, name: 'one' }
    await client.create(ConfigMap, held(namespace))
    const remaining = await client.delete(ConfigMap, key)
    t.truthy(remaining?.metadata.deletionTimestamp)
    const patch = (finalizers: readonly string[]) =>
      client.patch(ConfigMap, key, { type: 'merge', body: { metadata: { finalizers } } })
    const error = await refusal(t, patch(['example.com/hold', 'example.com/more']))
    t.is(error.code, 422)
    t.regex(error.message, /no new finalizers can be added if the object is being deleted/)
    await patch([])
    t.is((await refusal(t, client.get(ConfigMap, key))).code, 404)
  })

  check('a precondition on the uid is judged', async (t, { client, namespace }) => {
    const created = await client.create(ConfigMap, configMap(namespace, 'one'))
    const key = { namespace, name: 'one' }
    const error = await refusal(t, client.delete(ConfigMap, key, { preconditions: { uid: 'other' } }))
    t.is(error.code, 409)
    t.regex(error.message, /Precondition failed: UID in precondition: other, UID in object meta: /)
    await client.delete(ConfigMap, key, { preconditions: { uid: String(created.metadata.uid) } })
  })

  check('foreground and orphan leave a finalizer for the garbage collector', async (t, { client, namespace }) => {
    for (const [propagation, finalizer] of [
      ['Foreground', 'foregroundDeletion'],
      ['Orphan', 'orphan'],
    ] as const) {
      const name = finalizer.toLowerCase()
      await client.create(ConfigMap, configMap(namespace, name))
      const remaining = await client.delete(ConfigMap, { namespace, name }, { propagation })
      t.deepEqual(remaining?.metadata.finalizers, [finalizer])
    }
  })

  check('a pod on a node dies gracefully; a repeated delete only shortens that', async (t, { client, namespace }) => {
    const key = { namespace, name: 'one' }
    const bound = { ...pod(namespace, 'one'), spec: { ...pod(namespace, 'one').spec, nodeName: 'node-1' } }
    const created = await client.create(Pod, bound)
    t.is((await client.delete(Pod, key))?.metadata.deletionGracePeriodSeconds, 30)
    t.is((await client.delete(Pod, key, { gracePeriodSeconds: 60 }))?.metadata.deletionGracePeriodSeconds, 30)
    t.is((await client.delete(Pod, key, { gracePeriodSeconds: 5 }))?.metadata.deletionGracePeriodSeconds, 5)
    const uid = String(created.metadata.uid)
    t.is(await client.delete(Pod, key, { gracePeriodSeconds: 0, preconditions: { uid } }), undefined)
    t.is((await refusal(t, client.get(Pod, key))).code, 404)
  })

  check('a pod on no node is gone at once', async (t, { client, namespace }) => {
    await client.create(Pod, pod(namespace, 'one'))
    t.is(await client.delete(Pod, { namespace, name: 'one' }), undefined)
  })

  check('a namespace goes through Terminating, and takes nothing new', async (t, { client, namespace }) => {
    const terminating = await client.delete(Namespace, { name: namespace })
    t.is(terminating?.status?.phase, 'Terminating')
    const error = await refusal(t, client.create(ConfigMap, configMap(namespace, 'late')))
    t.is(error.code, 403)
    t.is(
      error.message,
      `configmaps "late" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    )
    t.is(error.status.details?.causes?.[0]?.reason, 'NamespaceTerminating')
    const spec = { finalizers: [] }
    const finalized = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec }
    await client.update(Namespace, finalized as DeepReadonly<Namespace>, { subresource: 'finalize' })
    t.is((await refusal(t, client.get(Namespace, { name: namespace }))).code, 404)
  })

  check('the first namespaces cannot be deleted', async (t, { client }) => {
    for (const name of ['default', 'kube-system', 'kube-public']) {
      t.is((await refusal(t, client.delete(Namespace, { name }))).code, 403)
    }
  })
}
